"""Computing when a job runs next."""

import os
import statistics
import subprocess
import time
from datetime import UTC, datetime

from harness.report import Section, seconds

START = 1_750_000_000
# The cron expression, what it is to systemd, and how many firings are walked along.
SCHEDULES = [
    ("0 2 * * *", "*-*-* 02:00:00 UTC", 2_000),
    ("*/15 8-18 * * 1-5", "Mon..Fri *-*-* 08..18:00,15,30,45:00 UTC", 2_000),
    ("30 4 1,15 * *", "*-*-01,15 04:30:00 UTC", 2_000),
    ("0 0 29 2 *", "*-02-29 00:00:00 UTC", 20),
]
HERE = os.path.dirname(__file__)


def compare(bench):
    section = Section(
        "5. The next firing",
        "Walking along the firings of a schedule in UTC, each computed from the one before; all three must arrive at"
        " the same instant. croniter and ours are timed inside of their processes; of systemd-analyze calendar, which"
        " also prints every firing, the time of one more iteration counts: fastest of five runs, less the fastest with one.")
    rows = []
    for expression, calendar, count in SCHEDULES:
        ours, croniters, analyzes = [], [], []
        for _ in range(5):
            ours.append(_ours(bench, expression, count))
            croniters.append(_croniter(bench, expression, count))
            analyzes.append(_analyze(calendar, count))
        arrivals = {run[-1] for run in ours + croniters + analyzes}
        if len(arrivals) != 1:
            raise RuntimeError(f"'{expression}': they arrive at {sorted(arrivals)}")
        own, their = (statistics.median(cost for cost, _ in runs) for runs in (ours, croniters))
        by_croniter = statistics.median(their[0] / our[0] for our, their in zip(ours, croniters))
        analyze = (min(run[1] for run in analyzes) - min(run[0] for run in analyzes)) / (count - 1)
        rows.append([
            expression, seconds(own / 1e9), seconds(their / 1e9),
            seconds(analyze / 1e9) if analyze > 0 else "not above the noise", f"{by_croniter:,.0f}",
            f"{analyze / own:,.0f}" if analyze > 0 else "–",
        ])
        section.promise(f"'{expression}': croniter ÷ ours", by_croniter, 100, at_least=True)
    section.table(
        "Time for one firing",
        ["", "ours", "croniter", "systemd-analyze", "croniter ÷ ours", "systemd-analyze ÷ ours"], rows)
    return section


def _ours(bench, expression, count):
    program = f"{bench.programs}/next-firings"
    if not os.path.exists(program):
        raise RuntimeError("next-firings is not there; 'make bench' builds it in Tests/Benchmarks/functions")
    # So often that the clock can tell.
    return _figures([program, expression, "UTC", str(START), str(count), str(400_000 // count)])


def _croniter(bench, expression, count):
    return _figures([f"{bench.peers}/croniter/bin/python", f"{HERE}/walk.py", expression, str(START), str(count), str(2_000 // count)])


def _figures(command):
    cost, arrival = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return float(cost), int(arrival)


def _analyze(calendar, count):
    base = datetime.fromtimestamp(START, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    times = []
    for iterations in (1, count):
        began = time.perf_counter_ns()
        answer = subprocess.run(
            ["systemd-analyze", "calendar", f"--base-time={base}", f"--iterations={iterations}", calendar],
            check=True, capture_output=True, text=True, env={"TZ": "UTC", "LC_ALL": "C", "PATH": os.environ["PATH"]})
        times.append(time.perf_counter_ns() - began)
    last = [line for line in answer.stdout.splitlines() if "Iter" in line or "Next elapse" in line][-1]
    arrival = datetime.strptime(last.split(": ", 1)[1].strip(), "%a %Y-%m-%d %H:%M:%S UTC").replace(tzinfo=UTC)
    return *times, int(arrival.timestamp())
