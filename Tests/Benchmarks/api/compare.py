"""Answers of the API: the first one, which starts the service, and all others."""

import http.client
import os
import socket
import statistics
import subprocess
import time

from harness.report import Section, seconds
from harness.state import USER, State, run

SOCKET = "/run/ctx7/api.sock"
PREFIX = "/api/v1/background-jobs"
PATHS = [
    f"{PREFIX}/ping", f"{PREFIX}/health", f"{PREFIX}/jobs", f"{PREFIX}/executions/history/noop", "/metrics", "/",
]
CONFIG = """
jobs:
  - job_id: noop
    job_type: ttl_cleanup
    schedule: {schedule_type: cron, cron_expression: "0 2 * * *"}
"""
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__)))))


def compare(bench):
    section = Section(
        "7. The API, cold and warm",
        "Through the socket and the sandboxed service as shipped, with 10 000 executions in the history. Cold: from"
        " connecting to the end of the answer while no service runs. Warm: the same with the service there, on a new"
        " connection and on one that stays open.")
    state = State(bench, "api", CONFIG)
    run("ctx7-job-exec", "--job", "noop", *state.options, user=USER)
    state.fill_history("noop", 1, 10_000)
    _install(state)
    cold = []
    for _ in range(10):
        run("systemctl", "stop", "ctx7-api.service")
        cold.append(_time(lambda: _get(_connect(), f"{PREFIX}/ping")))
    rows = []
    for path in PATHS:
        fresh = [_time(lambda: _get(_connect(), path)) for _ in range(100)]
        connection = _connect()
        kept = [_time(lambda: _get(connection, path)) for _ in range(300)]
        size = _get(connection, path)
        rows.append([path, seconds(statistics.median(fresh)), seconds(statistics.median(kept)),
                     f"{1 / statistics.mean(kept):,.0f}", f"{size:,}"])
    section.table(
        "Medians", ["", "new connection", "open connection", "answers/s, one client", "bytes"], rows)
    pid = run("systemctl", "show", "--value", "--property=MainPID", "ctx7-api.service").strip()
    with open(f"/proc/{pid}/status") as file:
        peak = next(int(line.split()[1]) * 1024 for line in file if line.startswith("VmHWM"))
    section.notes.append(f"cold: {seconds(statistics.median(cold))} (median of {len(cold)})")
    section.notes.append(f"peak resident memory of the service: {peak / 1e6:.0f} MB")
    run("systemctl", "stop", "ctx7-api.socket", "ctx7-api.service")
    return section


def _install(state):
    for unit in ("ctx7-api.socket", "ctx7-api.service", "ctx7.slice"):
        run("cp", f"{ROOT}/systemd/{unit}", "/etc/systemd/system/")
    os.makedirs("/etc/systemd/system/ctx7-api.service.d")
    with open("/etc/systemd/system/ctx7-api.service.d/state.conf", "w") as file:
        file.write(
            f"[Service]\nExecStart=\nExecStart=/usr/bin/ctx7-api --state-dir {state.directory}\n"
            f"ReadWritePaths={state.directory}\n")
    subprocess.run(["systemctl", "daemon-reload"], check=True)
    run("systemctl", "start", "ctx7-api.socket")


class _Connection(http.client.HTTPConnection):
    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(SOCKET)


def _connect():
    return _Connection("ctx7")


def _get(connection, path):
    connection.request("GET", path)
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != 200:
        raise RuntimeError(f"GET {path}: {answer.status} {body[:500]!r}")
    return len(body)


def _time(action):
    began = time.perf_counter()
    action()
    return time.perf_counter() - began
