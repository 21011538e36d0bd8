"""Fetching documents again, and keeping what has changed."""

import subprocess

from harness.measuring import Contender, grows
from harness.report import Panel, Section, seconds
from harness.state import USER, State

CONCURRENCY = 10
PORT = 8099
CONFIG = f"""
fetch: {{allow_private_hosts: true, request_budget: 1000000}}
jobs:
  - job_id: refresh
    job_type: document_refresh
    timeout_seconds: 3600
    schedule: {{schedule_type: cron, cron_expression: "0 3 * * 0"}}
    parameters:
      batch_size: 100
      rate_limit_delay_seconds: 0
      max_concurrent_workspace_jobs: {CONCURRENCY}
      skip_recent_updates: false
"""


def compare(bench):
    section = Section(
        "3. Refresh",
        f"Documents of about 3 kB in {CONCURRENCY} workspaces, from a server on loopback that answers each request"
        f" after its latency; the bound is requests ÷ {CONCURRENCY} at once × latency, computing and storing nothing."
        " The server does not know of conditional requests, as Context7 does not: every document is fetched, read"
        " and compared.")
    count = 10_000 if bench.full else 1_000
    state = _state(bench, count)
    rows = []
    for changed in (1, 100):
        for latency in (0, 20, 100):
            run = _run(bench, state, changed, latency, rounds=5 if latency == 0 else 3)
            bound = count / CONCURRENCY * latency / 1e3
            rows.append([
                f"{changed} %", f"{latency} ms", seconds(run.median("wall")), seconds(bound) if bound else "–",
                f"{bound / run.median('wall') * 100:.1f} %" if bound else "–",
                f"{count / run.median('wall'):,.0f}", seconds(run.median("cpu") / count),
                f"{run.median('memory') / 1e6:.0f} MB",
            ])
            if bound:
                section.promise(
                    f"{changed} % changed at {latency} ms: of the bound", bound / run.median("wall") * 100, 90, " %",
                    at_least=True)
    section.table(
        f"{count:,} documents", ["changed", "latency", "wall", "bound", "of the bound", "documents/s",
                                 "CPU a document", "peak memory"], rows)
    _growth(bench, section, count)
    return section


def _growth(bench, section, count):
    curves = {"seconds, 100 % changed": [], "peak memory in MB": []}
    for size in (count // 10, count, count * 3):
        run = _run(bench, _state(bench, size), 100, 0, rounds=3)
        curves["seconds, 100 % changed"].append((size, run.median("wall")))
        curves["peak memory in MB"].append((size, run.median("memory") / 1e6))
    time, memory = curves.values()
    section.notes.append(
        f"from {time[0][0]:,} to {size:,} documents the time at no latency grows by size^{grows(time):.2f}, the peak"
        f" memory from {memory[0][1]:.0f} to {memory[-1][1]:.0f} MB")
    section.promise("peak memory at the most ÷ at the fewest documents", memory[-1][1] / memory[0][1], 1.2)
    section.panels.append(Panel("3. Refresh", "documents", "see below", curves))


def _run(bench, state, changed, latency, rounds):
    """Measures the refresh against a server of its own."""
    contender = Contender(f"{changed} % changed, {latency} ms", state.firing("refresh"), {}, USER, state.reset)
    with _Server(bench, latency, changed):
        bench.compete([contender], rounds, warmups=0)
    return contender


class _Server:
    def __init__(self, bench, latency, changed):
        self.command = [f"{bench.programs}/source", str(PORT), str(latency), str(changed)]

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stdout=subprocess.PIPE)
        self.process.stdout.readline()

    def __exit__(self, *error):
        self.process.kill()
        self.process.wait()


def _state(bench, count):
    """`count` documents, all fetched once and all due again."""
    state = State(bench, "refresh", CONFIG)
    for workspace in range(CONCURRENCY):
        first = workspace * count
        state.track(
            f"library{workspace}", count // CONCURRENCY,
            lambda number: f"http://127.0.0.1:{PORT}/doc/{first + number}")
    with _Server(bench, 0, 0):
        bench.measure(Contender("the first refresh", state.firing("refresh"), {}, USER))
    with state.open(state.documents) as database:
        fetched = database.execute("SELECT count(*) FROM documents WHERE content_hash IS NOT NULL").fetchone()[0]
        if fetched != count:
            raise RuntimeError(f"{fetched} of {count} documents were fetched")
        database.execute("UPDATE documents SET expires_at = 1, last_fetched_at = 1")
    state.keep()
    return state
