"""Writing the units of many jobs."""

import glob
import os
import time

from harness.measuring import Contender, grows, ratio
from harness.report import Panel, Section
from harness.state import run

GENERATOR = "systemd-cron/lib/systemd/system-generators/systemd-crontab-generator"


def compare(bench):
    section = Section(
        "4. ctx7-units generate",
        "Reading the configuration and writing two units a job (ours: temporary files, one syncfs, renames;"
        " systemd-cron's generator: plain writes, no flush), into a directory on the same disk. 'Unchanged' is the"
        " same again over what is there: ours compares and writes nothing.")
    curves = {"ctx7-units, first": [], "ctx7-units, unchanged": [], "systemd-cron": []}
    for jobs in (10, 1_000, 10_000):
        contenders = _contenders(bench, jobs)
        bench.compete(contenders, rounds=9 if jobs < 10_000 else 3, warmups=1)
        _check(bench, jobs)
        section.compare(f"{jobs:,} jobs", contenders)
        first, cron, unchanged = contenders
        for contender, name in ((first, "first"), (unchanged, "unchanged")):
            section.promise(f"{jobs:,} jobs, {name}: ctx7-units ÷ systemd-cron", ratio(contender, cron), 1.0)
        for contender, curve in zip((first, unchanged, cron), curves.values()):
            curve.append((jobs, contender.median("wall") * 1e3))
    section.notes.append(f"the time of a first run grows by size^{grows(curves['ctx7-units, first']):.2f}")
    section.panels.append(Panel("4. generate", "jobs", "milliseconds", curves))
    return section


def _contenders(bench, jobs):
    place = bench.directory("generate")
    schedules = [f"{number % 60} {number // 60 % 24} * * {number % 7}" for number in range(jobs)]
    os.mkdir(f"{place}/jobs.d")
    # A file may have at most 1 MiB.
    for first in range(0, jobs, 1_000):
        with open(f"{place}/jobs.d/{first:05}.yaml", "w") as file:
            file.write("jobs:\n")
            for number in range(first, min(first + 1_000, jobs)):
                file.write(
                    f"  - job_id: job-{number}\n    job_type: ttl_cleanup\n"
                    f"    schedule: {{schedule_type: cron, cron_expression: \"{schedules[number]}\"}}\n")
    open(f"{place}/ctx7.yaml", "w").close()
    with open("/etc/crontab", "w") as file:
        file.writelines(f"{schedule} root /bin/job {number}\n" for number, schedule in enumerate(schedules))
    command = ["ctx7-units", "generate", "--config", f"{place}/ctx7.yaml", "--state-dir", f"{place}/state", "--output"]
    return [
        Contender("ctx7-units, first", [*command, f"{place}/first"], prepare=_empty(f"{place}/first")),
        Contender(
            "systemd-cron", ["/usr/bin/python3", f"{bench.peers}/{GENERATOR}", f"{place}/cron"],
            prepare=_empty(f"{place}/cron")),
        Contender("ctx7-units, unchanged", [*command, f"{place}/unchanged"]),
    ]


def _empty(path):
    """An empty directory for every run; the old ones stay, since ext4 is slow to use what was just deleted."""
    def prepare():
        if os.path.exists(path):
            os.rename(path, f"{path}.{time.monotonic_ns()}")
        os.makedirs(path)
        run("sync", "--file-system", path)

    return prepare


def _check(bench, jobs):
    for name in ("first", "unchanged", "cron"):
        timers = len(glob.glob(f"{bench.scratch}/runs/generate/{name}/*job*.timer")) if name != "cron" else len(
            glob.glob(f"{bench.scratch}/runs/generate/{name}/*.timer"))
        if timers < jobs:
            raise RuntimeError(f"{name}: {timers} timers of {jobs}")
