"""Reading a long history."""

import os

from harness.measuring import Contender, ratio
from harness.report import Panel, Section
from harness.state import USER, State, run

CONFIG = """
jobs:
  - job_id: noop
    job_type: ttl_cleanup
    schedule: {schedule_type: cron, cron_expression: "0 2 * * *"}
"""
PAGE = "ORDER BY rowid DESC LIMIT"
# What is asked, of ctx7ctl and in SQL.
QUERIES = [
    ("the 20 newest of a job", ["history", "noop"], f"WHERE job_id = 'noop' {PAGE} 20", "-column"),
    ("the 20 newest of all jobs", ["history"], f"{PAGE} 20", "-column"),
    ("10 000 of a job as JSON", ["history", "noop", "--limit", "10000", "--json"],
     f"WHERE job_id = 'noop' {PAGE} 10000", "-json"),
]


def compare(bench):
    section = Section(
        "6. Queries of the history",
        "ctx7ctl from start to exit, output included, against the sqlite3 shell with the same query of all columns.")
    state = State(bench, "history", CONFIG)
    run("ctx7-job-exec", "--job", "noop", *state.options, user=USER)
    curves = {f"{program}, {queries}": [] for queries in ("20", "10 000") for program in ("ctx7ctl", "sqlite3")}
    before = 1
    for rows in [10_000, 100_000, 1_000_000] + ([10_000_000] if bench.full else []):
        state.fill_history("noop", before, rows)
        before = rows
        with state.open(state.history) as database:
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        for name, arguments, sql, mode in QUERIES:
            contenders = [
                Contender("ctx7ctl", ["ctx7ctl", *arguments, *state.options], {}, USER),
                Contender(
                    "sqlite3", ["sqlite3", mode, state.history, f"SELECT * FROM background_job_executions {sql}"], {},
                    USER),
            ]
            bench.compete(contenders, rounds=15)
            section.compare(f"{rows:,} executions, {name}", contenders)
            section.promise(f"{rows:,} executions, {name}: ctx7ctl ÷ sqlite3", ratio(*contenders), 1.5)
            if "all jobs" not in name:
                size = "10 000" if "JSON" in name else "20"
                for contender in contenders:
                    curves[f"{contender.name}, {size}"].append((rows, contender.median("wall") * 1e3))
    starts = [Contender("ctx7ctl", ["ctx7ctl", "--version"]), Contender("sqlite3", ["sqlite3", "-version"])]
    bench.compete(starts, rounds=15)
    section.compare("The start of the process alone, which all of the above contain", starts)
    section.notes.append(f"the database with {rows:,} executions has {os.path.getsize(state.history) / 1e6:,.0f} MB")
    section.panels.append(Panel("6. History", "executions", "milliseconds", curves))
    return section
