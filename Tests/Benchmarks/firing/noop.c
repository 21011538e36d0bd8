/* noop DATABASE ENTRIES [keep]
 *
 * What one firing of a job that finds nothing to do leaves behind, by the shortest way that C has: a row written durably
 * before the work and closed durably after it, together with the job's metrics, ENTRIES journal entries and a status for
 * the service manager. As usual, closing the file moves the log into the database; with "keep" it stays where it is, as
 * ctx7-job-exec has it. */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <systemd/sd-daemon.h>
#include <systemd/sd-journal.h>
#include <time.h>

static sqlite3 *database;

static void check(int result) {
  if (result == SQLITE_OK || result == SQLITE_DONE) return;
  fprintf(stderr, "noop: %s\n", sqlite3_errmsg(database));
  exit(1);
}

static void execute(const char *sql) { check(sqlite3_exec(database, sql, NULL, NULL, NULL)); }

/* Runs one statement whose first parameter is the id and whose second one is now. */
static void run(const char *sql, const char *id, sqlite3_int64 now) {
  sqlite3_stmt *statement;
  check(sqlite3_prepare_v2(database, sql, -1, &statement, NULL));
  sqlite3_bind_text(statement, 1, id, -1, SQLITE_STATIC);
  sqlite3_bind_int64(statement, 2, now);
  check(sqlite3_step(statement));
  check(sqlite3_finalize(statement));
}

static sqlite3_int64 milliseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

static void say(const char *step, const char *id) {
  sd_journal_send("MESSAGE=PIPELINE_METRICS: step=%s correlation_id=%s", step, id, "PRIORITY=6", "CTX_JOB_ID=noop",
                  "CTX_STEP=%s", step, "CTX_CORRELATION_ID=%s", id, NULL);
}

int main(int argc, char **argv) {
  if (argc < 3) return 64;
  unsigned random;
  if (getrandom(&random, sizeof random, 0) != sizeof random) return 1;
  char id[32];
  snprintf(id, sizeof id, "noop_%08x", random);

  check(sqlite3_open_v2(argv[1], &database, SQLITE_OPEN_READWRITE, NULL));
  sqlite3_busy_timeout(database, 10000);
  if (argc > 3) sqlite3_db_config(database, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
  execute("PRAGMA synchronous = FULL");
  execute("BEGIN IMMEDIATE");
  run("INSERT INTO background_job_executions (execution_id, job_id, status, trigger, started_at, correlation_id,"
      " created_at, updated_at) VALUES (?1, 'noop', 'running', 'manual', ?2, ?1, ?2, ?2)",
      id, milliseconds());
  execute("COMMIT");

  for (int entry = atoi(argv[2]); entry > 1; entry--) say("step", id);

  execute("BEGIN IMMEDIATE");
  sqlite3_int64 now = milliseconds();
  run("UPDATE background_job_executions SET status = 'completed', completed_at = ?2, duration_seconds = 0,"
      " result = '{\"status\":\"completed\"}', updated_at = ?2 WHERE execution_id = ?1",
      id, now);
  run("UPDATE background_job_metrics SET total_executions = total_executions + 1, last_execution_at = ?2,"
      " successful_executions = successful_executions + 1, last_success_at = ?2, updated_at = ?2 WHERE job_id = 'noop'",
      id, now);
  execute("COMMIT");
  check(sqlite3_close(database));

  sd_notify(0, "STATUS=noop completed");
  say("end", id);
  return 0;
}
