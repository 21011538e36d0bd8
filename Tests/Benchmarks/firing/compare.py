"""One firing that finds nothing to do."""

import os

from harness.measuring import Contender, grows, ratio
from harness.notify import Listener
from harness.report import Panel, Section
from harness.state import USER, State, restore, run

CONFIG = """
jobs:
  - job_id: noop
    job_type: ttl_cleanup
    schedule: {schedule_type: cron, cron_expression: "0 2 * * *"}
"""
HERE = os.path.dirname(__file__)


def compare(bench):
    section = Section(
        "1. One no-op firing, from start to exit",
        "A cleanup that finds nothing expired, started by hand with the command line of its unit, outside of the"
        " sandbox. The others make the same two durable commits to a copy of the same database, the same number of"
        " journal entries and the same status for the service manager, and nothing else.")
    state = State(bench, "firing", CONFIG)
    # The first run makes the database of the documents.
    run("ctx7-job-exec", "--job", "noop", *state.options, user=USER)
    state.keep()
    run("journalctl", "--sync")
    entries = run("journalctl", "--quiet", "CTX_JOB_ID=noop").count("\n")
    section.notes.append(f"{entries} journal entries each")
    listener = Listener(f"{state.directory}/notify")
    curves = {"ctx7-job-exec": [], "C": []}
    before = 1
    for rows in [1, 10_000, 100_000] + ([1_000_000] if bench.full else []):
        _grow(state, before, rows)
        before = rows
        contenders = _contenders(bench, state, entries, listener.environment)
        everybody = rows == 1
        contenders = contenders if everybody else contenders[:2]
        bench.compete(contenders, rounds=40 if everybody else 20, warmups=3)
        ours, c = contenders[:2]
        curves["ctx7-job-exec"].append((rows, ours.median("wall") * 1e3))
        curves["C"].append((rows, c.median("wall") * 1e3))
        caption = "Medians of 40 runs in turns" if everybody else f"With {rows:,} executions in the history"
        section.compare(caption, contenders)
        if everybody:
            section.promise("ctx7-job-exec ÷ C", ratio(ours, c), 2.0)
            section.promise("ctx7-job-exec ÷ C that keeps the log", ratio(ours, contenders[2]), 2.0)
            section.promise("ctx7-job-exec", ours.median("wall") * 1e3, 25, " ms")
    section.notes.append(
        f"from 1 to {rows:,} executions in the history the cost grows by size^{grows(curves['ctx7-job-exec']):.2f}")
    section.panels.append(Panel("1. One no-op firing", "executions in the history", "milliseconds", curves))
    return section


def _contenders(bench, state, entries, environment):
    copies = {}
    for name in ("c", "keep", "sh", "py"):
        copies[name] = f"{state.directory}/{name}.sqlite"
        restore(f"{state.history}.kept", copies[name])
    python = environment | {"PYTHONPATH": f"{bench.peers}/python3-systemd/usr/lib/python3/dist-packages"}
    return [
        Contender("ctx7-job-exec, as the unit starts it", state.firing("noop"), environment, USER),
        Contender("C: libsqlite3, libsystemd", [f"{bench.programs}/noop", copies["c"], str(entries)], environment, USER),
        Contender(
            "C, keeping the log", [f"{bench.programs}/noop", copies["keep"], str(entries), "keep"], environment, USER),
        Contender(
            "ctx7-job-exec --job, by the files", ["ctx7-job-exec", "--job", "noop", *state.options], environment,
            USER),
        Contender("sh: sqlite3, logger", [f"{HERE}/noop.sh", copies["sh"], str(entries)], environment, USER),
        Contender("Python: sqlite3, systemd", ["/usr/bin/python3", f"{HERE}/noop.py", copies["py"], str(entries)], python, USER),
    ]


def _grow(state, before, rows):
    """Makes the history, which is `before` executions long, `rows` executions long."""
    state.reset()
    state.fill_history("noop", before, rows)
    with state.open(state.history) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        kept = f"{state.directory}/grown.sqlite"
        if os.path.exists(kept):
            os.unlink(kept)
        database.execute("VACUUM INTO ?", [kept])
    run("cp", kept, f"{state.history}.kept")
    state.reset()
