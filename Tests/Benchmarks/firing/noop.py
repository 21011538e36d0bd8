#!/usr/bin/python3
"""noop.py DATABASE ENTRIES: the same firing as noop.c, with the modules sqlite3 and systemd."""

import secrets
import sqlite3
import sys
import time

from systemd import daemon, journal


def milliseconds():
    return time.time_ns() // 1_000_000


def say(step, execution):
    journal.send(
        f"PIPELINE_METRICS: step={step} correlation_id={execution}",
        PRIORITY="6", CTX_JOB_ID="noop", CTX_STEP=step, CTX_CORRELATION_ID=execution)


execution = f"noop_{secrets.token_hex(4)}"
database = sqlite3.connect(sys.argv[1], isolation_level="IMMEDIATE")
database.execute("PRAGMA synchronous = FULL")
with database:
    now = milliseconds()
    database.execute(
        "INSERT INTO background_job_executions (execution_id, job_id, status, trigger, started_at, correlation_id,"
        " created_at, updated_at) VALUES (?1, 'noop', 'running', 'manual', ?2, ?1, ?2, ?2)", (execution, now))

for entry in range(2, int(sys.argv[2]) + 1):
    say(f"step {entry}", execution)

with database:
    now = milliseconds()
    database.execute(
        "UPDATE background_job_executions SET status = 'completed', completed_at = ?2, duration_seconds = 0,"
        " result = '{\"status\":\"completed\"}', updated_at = ?2 WHERE execution_id = ?1", (execution, now))
    database.execute(
        "UPDATE background_job_metrics SET total_executions = total_executions + 1, last_execution_at = ?1,"
        " successful_executions = successful_executions + 1, last_success_at = ?1, updated_at = ?1"
        " WHERE job_id = 'noop'", (now,))
database.close()

daemon.notify("STATUS=noop completed")
say("end", execution)
