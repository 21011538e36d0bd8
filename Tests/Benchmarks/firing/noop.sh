#!/bin/sh
# noop.sh DATABASE ENTRIES: the same firing as noop.c, with sqlite3(1), logger(1) and systemd-notify(1).
set -eu
id=noop_$(od -An -N4 -tx4 /dev/urandom | tr -d ' ')
now=$(date +%s%3N)
sqlite3 -bail "$1" "PRAGMA synchronous = FULL;
  INSERT INTO background_job_executions (execution_id, job_id, status, trigger, started_at, correlation_id, created_at,
    updated_at) VALUES ('$id', 'noop', 'running', 'manual', $now, '$id', $now, $now);"
for entry in $(seq 2 "$2"); do
  logger --tag noop "PIPELINE_METRICS: step=$entry correlation_id=$id"
done
now=$(date +%s%3N)
sqlite3 -bail "$1" "PRAGMA synchronous = FULL; BEGIN IMMEDIATE;
  UPDATE background_job_executions SET status = 'completed', completed_at = $now, duration_seconds = 0,
    result = '{\"status\":\"completed\"}', updated_at = $now WHERE execution_id = '$id';
  UPDATE background_job_metrics SET total_executions = total_executions + 1, last_execution_at = $now,
    successful_executions = successful_executions + 1, last_success_at = $now, updated_at = $now WHERE job_id = 'noop';
  COMMIT;"
systemd-notify STATUS='noop completed'
logger --tag noop "noop completed: $id"
