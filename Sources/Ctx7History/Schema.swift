internal import GRDB

/// The tables of `jobs.sqlite`, one migration a released version.
///
/// Times are integer milliseconds UTC. `background_job_executions` does not refer to
/// `background_job_configs`: removing a job keeps its history.
enum Schema {
  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1 configs, executions, metrics") { database in
      for tables in [jobTables, deadLetterTable, requestTable, alertTables] {
        try database.execute(sql: tables)
      }
    }
    migrator.registerMigration("2 severities told, measurements") { try $0.execute(sql: secondVersion) }
    return migrator
  }

  private static let jobTables = """
    CREATE TABLE background_job_configs (
      job_id TEXT PRIMARY KEY NOT NULL,
      job_name TEXT NOT NULL,
      job_type TEXT NOT NULL,
      description TEXT NOT NULL DEFAULT '',
      enabled INTEGER NOT NULL DEFAULT 1 CHECK (enabled IN (0, 1)),
      priority TEXT NOT NULL DEFAULT 'medium' CHECK (priority IN ('low', 'medium', 'high', 'critical')),
      schedule_config TEXT NOT NULL CHECK (json_valid(schedule_config)),
      retry_config TEXT NOT NULL CHECK (json_valid(retry_config)),
      timeout_seconds INTEGER NOT NULL DEFAULT 3600 CHECK (timeout_seconds > 0),
      parameters TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(parameters)),
      max_concurrent_executions INTEGER NOT NULL DEFAULT 1 CHECK (max_concurrent_executions > 0),
      alert_on_failure INTEGER NOT NULL DEFAULT 1 CHECK (alert_on_failure IN (0, 1)),
      alert_on_success INTEGER NOT NULL DEFAULT 0 CHECK (alert_on_success IN (0, 1)),
      alert_config TEXT NOT NULL CHECK (json_valid(alert_config)),
      host_settings TEXT NOT NULL CHECK (json_valid(host_settings)),
      config_hash TEXT NOT NULL,
      created_at INTEGER NOT NULL,
      updated_at INTEGER NOT NULL
    ) STRICT;

    CREATE TABLE background_job_executions (
      execution_id TEXT PRIMARY KEY NOT NULL,
      job_id TEXT NOT NULL,
      status TEXT NOT NULL
        CHECK (status IN ('pending', 'running', 'completed', 'failed', 'cancelled', 'retry')),
      trigger TEXT NOT NULL CHECK (trigger IN ('timer', 'manual')),
      scheduled_for INTEGER,
      missed_firings INTEGER NOT NULL DEFAULT 0 CHECK (missed_firings >= 0),
      slot INTEGER NOT NULL DEFAULT 0,
      started_at INTEGER NOT NULL,
      completed_at INTEGER,
      duration_seconds REAL CHECK (duration_seconds >= 0),
      retry_count INTEGER NOT NULL DEFAULT 0 CHECK (retry_count >= 0),
      next_attempt_at INTEGER,
      retried_at INTEGER,
      error_class TEXT,
      error_message TEXT,
      error_details TEXT CHECK (error_details IS NULL OR json_valid(error_details)),
      result TEXT CHECK (result IS NULL OR json_valid(result)),
      correlation_id TEXT NOT NULL,
      invocation_id TEXT,
      records_processed INTEGER NOT NULL DEFAULT 0 CHECK (records_processed >= 0),
      records_failed INTEGER NOT NULL DEFAULT 0 CHECK (records_failed >= 0),
      memory_usage_mb REAL,
      cpu_usage_percent REAL,
      created_at INTEGER NOT NULL,
      updated_at INTEGER NOT NULL,
      CHECK ((status IN ('pending', 'running')) = (completed_at IS NULL)),
      CHECK ((status IN ('failed', 'retry')) <= (error_class IS NOT NULL)),
      CHECK ((status = 'retry') = (next_attempt_at IS NOT NULL)),
      CHECK ((retried_at IS NOT NULL) <= (status = 'retry'))
    ) STRICT;
    -- The rowid, which is a part of every index, is the order in which attempts were opened.
    CREATE INDEX executions_by_job ON background_job_executions (job_id);
    CREATE INDEX executions_by_status ON background_job_executions (job_id, status);
    CREATE INDEX executions_by_completion ON background_job_executions (completed_at);
    CREATE INDEX executions_by_correlation ON background_job_executions (correlation_id);
    CREATE INDEX executions_by_invocation ON background_job_executions (invocation_id)
      WHERE invocation_id IS NOT NULL;
    CREATE INDEX executions_open ON background_job_executions (status, job_id)
      WHERE status IN ('pending', 'running');
    CREATE INDEX executions_retry_due ON background_job_executions (job_id)
      WHERE status = 'retry' AND retried_at IS NULL;

    CREATE TABLE background_job_metrics (
      job_id TEXT PRIMARY KEY NOT NULL,
      total_executions INTEGER NOT NULL DEFAULT 0,
      successful_executions INTEGER NOT NULL DEFAULT 0,
      failed_executions INTEGER NOT NULL DEFAULT 0,
      cancelled_executions INTEGER NOT NULL DEFAULT 0,
      timed_out_executions INTEGER NOT NULL DEFAULT 0,
      retried_executions INTEGER NOT NULL DEFAULT 0,
      skipped_firings INTEGER NOT NULL DEFAULT 0,
      missed_firings INTEGER NOT NULL DEFAULT 0,
      made_up_firings INTEGER NOT NULL DEFAULT 0,
      last_due_at INTEGER,
      timer_firings INTEGER NOT NULL DEFAULT 0,
      average_duration_seconds REAL NOT NULL DEFAULT 0,
      duration_counts TEXT NOT NULL CHECK (json_array_length(duration_counts) = 11),
      total_duration_seconds REAL NOT NULL DEFAULT 0,
      min_duration_seconds REAL,
      max_duration_seconds REAL,
      total_records_processed INTEGER NOT NULL DEFAULT 0,
      total_records_failed INTEGER NOT NULL DEFAULT 0,
      average_memory_usage_mb REAL,
      peak_memory_usage_mb REAL,
      average_cpu_usage_percent REAL,
      measured_executions INTEGER NOT NULL DEFAULT 0,
      error_rate REAL NOT NULL DEFAULT 0 CHECK (error_rate BETWEEN 0 AND 100),
      retry_rate REAL NOT NULL DEFAULT 0 CHECK (retry_rate BETWEEN 0 AND 100),
      last_execution_at INTEGER,
      last_success_at INTEGER,
      last_failure_at INTEGER,
      health_status TEXT NOT NULL DEFAULT 'unknown'
        CHECK (health_status IN ('unknown', 'healthy', 'degraded', 'unhealthy')),
      consecutive_failures INTEGER NOT NULL DEFAULT 0,
      updated_at INTEGER NOT NULL
    ) STRICT;
    """

  private static let deadLetterTable = """
    CREATE TABLE background_job_dead_letters (
      dead_letter_id INTEGER PRIMARY KEY AUTOINCREMENT,
      execution_id TEXT NOT NULL UNIQUE,
      job_id TEXT NOT NULL,
      correlation_id TEXT NOT NULL,
      job_config TEXT NOT NULL CHECK (json_valid(job_config)),
      error_class TEXT NOT NULL,
      error_message TEXT NOT NULL,
      attempts TEXT NOT NULL CHECK (json_valid(attempts)),
      failed_at INTEGER NOT NULL,
      retried_at INTEGER
    ) STRICT;
    CREATE INDEX dead_letters_by_job ON background_job_dead_letters (job_id, failed_at DESC);
    CREATE INDEX dead_letters_by_failure ON background_job_dead_letters (failed_at DESC);
    """

  /// What somebody has asked to be run: a unit start carries no arguments, so the ids wait here.
  private static let requestTable = """
    CREATE TABLE background_job_requests (
      execution_id TEXT PRIMARY KEY NOT NULL,
      correlation_id TEXT NOT NULL,
      job_id TEXT NOT NULL,
      requested_at INTEGER NOT NULL,
      requested_by TEXT,
      claimed_at INTEGER
    ) STRICT;
    CREATE INDEX requests_unclaimed ON background_job_requests (job_id, requested_at) WHERE claimed_at IS NULL;
    """

  /// Alerts, where each is to be delivered, and which conditions hold at present.
  private static let alertTables = """
    CREATE TABLE background_job_alerts (
      alert_id INTEGER PRIMARY KEY AUTOINCREMENT,
      type TEXT NOT NULL,
      job_id TEXT NOT NULL,
      execution_id TEXT,
      severity TEXT NOT NULL CHECK (severity IN ('info', 'warning', 'error', 'critical')),
      message TEXT NOT NULL,
      details TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(details)),
      created_at INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX alerts_by_time ON background_job_alerts (created_at DESC);
    CREATE INDEX alerts_by_job ON background_job_alerts (job_id, created_at DESC);

    CREATE TABLE background_job_alert_deliveries (
      alert_id INTEGER NOT NULL REFERENCES background_job_alerts ON DELETE CASCADE,
      sink TEXT NOT NULL,
      attempts INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
      next_attempt_at INTEGER,
      delivered_at INTEGER,
      last_error TEXT,
      PRIMARY KEY (alert_id, sink),
      CHECK (delivered_at IS NULL OR next_attempt_at IS NULL)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX deliveries_due ON background_job_alert_deliveries (next_attempt_at)
      WHERE next_attempt_at IS NOT NULL;

    CREATE TABLE background_job_alert_states (
      job_id TEXT NOT NULL,
      type TEXT NOT NULL,
      since INTEGER NOT NULL,
      last_alert_at INTEGER NOT NULL,
      suppressed INTEGER NOT NULL DEFAULT 0,
      PRIMARY KEY (job_id, type)
    ) STRICT, WITHOUT ROWID;
    """

  /// How urgent the last alert about a condition was, how many attempts measured each figure, and indexes that serve
  /// what is asked.
  private static let secondVersion = """
    ALTER TABLE background_job_alert_states DROP COLUMN since;
    ALTER TABLE background_job_alert_states DROP COLUMN suppressed;
    ALTER TABLE background_job_alert_states ADD COLUMN severity TEXT NOT NULL DEFAULT 'critical'
      CHECK (severity IN ('info', 'warning', 'error', 'critical'));
    UPDATE background_job_alert_states AS state SET severity = alert.severity
      FROM (SELECT job_id, type, severity, max(alert_id) FROM background_job_alerts GROUP BY job_id, type) AS alert
      WHERE alert.job_id = state.job_id AND alert.type = state.type;

    ALTER TABLE background_job_metrics DROP COLUMN health_status;
    ALTER TABLE background_job_metrics ADD COLUMN memory_measurements INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE background_job_metrics ADD COLUMN cpu_measurements INTEGER NOT NULL DEFAULT 0;
    UPDATE background_job_metrics SET
      memory_measurements = iif(average_memory_usage_mb IS NULL, 0, measured_executions),
      cpu_measurements = iif(average_cpu_usage_percent IS NULL, 0, measured_executions);

    -- The rowid, which is a part of every index, is the number of the letter or the alert.
    DROP INDEX dead_letters_by_failure;
    DROP INDEX dead_letters_by_job;
    CREATE INDEX dead_letters_by_job ON background_job_dead_letters (job_id);
    DROP INDEX alerts_by_job;
    CREATE INDEX alerts_by_job ON background_job_alerts (job_id);
    """
}
