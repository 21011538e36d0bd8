public import Ctx7Database
public import Ctx7Model
internal import GRDB

extension HistoryStore {
  /// Makes `jobs` the jobs that firings find: inserts, updates what differs, removes the rest.
  ///
  /// The history and metrics of removed jobs stay.
  public func store(_ jobs: [ResolvedJob], at now: Timestamp) throws(StorageError) {
    try file.write { database in
      let kept = Set(jobs.map(\.config.id.rawValue))
      for id in try String.fetchAll(database, sql: "SELECT job_id FROM background_job_configs")
      where !kept.contains(id) {
        try database.execute(sql: "DELETE FROM background_job_configs WHERE job_id = ?", arguments: [id])
      }
      for job in jobs { try Self.upsert(job, at: now, database) }
    }
  }

  private static func upsert(_ job: ResolvedJob, at now: Timestamp, _ database: Database) throws {
    let config = job.config
    try database.execute(
      sql: """
        INSERT INTO background_job_configs (job_id, job_name, job_type, description, enabled, priority,
          schedule_config, retry_config, timeout_seconds, parameters, max_concurrent_executions,
          alert_on_failure, alert_on_success, host_settings, config_hash, created_at, updated_at, alert_config)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?16, ?17)
        ON CONFLICT (job_id) DO UPDATE SET job_name = ?2, job_type = ?3, description = ?4, enabled = ?5,
          priority = ?6, schedule_config = ?7, retry_config = ?8, timeout_seconds = ?9, parameters = ?10,
          max_concurrent_executions = ?11, alert_on_failure = ?12, alert_on_success = ?13,
          host_settings = ?14, config_hash = ?15, updated_at = ?16, alert_config = ?17
        WHERE config_hash <> ?15
        """,
      arguments: [
        config.id.rawValue, config.name, config.work.type.rawValue, config.description, config.enabled,
        config.priority.rawValue, config.schedule.json.description, config.retry.json.description,
        config.timeoutSeconds, config.work.parametersJSON.description, config.maxConcurrentExecutions,
        config.alertOnFailure, config.alertOnSuccess, job.host.json.description, job.hash, now,
        config.alerts.json.description,
      ])
  }

  /// The job as it was generated; nil when there is no such job.
  public func job(_ id: JobID) throws(StorageError) -> ResolvedJob? {
    try file.read { database in
      try Row.fetchOne(
        database, sql: "SELECT * FROM background_job_configs WHERE job_id = ?", arguments: [id.rawValue]
      ).map(ResolvedJob.init(row:))
    }
  }

  /// All generated jobs, by id.
  public func jobs() throws(StorageError) -> [ResolvedJob] { try storedJobs().map(\.job) }
}

extension ResolvedJob {
  init(row: Row) throws {
    guard let id = JobID(rawValue: row["job_id"]), let type = JobType(rawValue: row["job_type"]),
      let priority = JobPriority(rawValue: row["priority"])
    else { throw UnreadableValue("job \(row["job_id"] as String)") }
    func json(_ column: String) throws -> JSONValue { try JSONValue(parsing: row[column]) }
    self.init(
      config: JobConfig(
        id: id,
        name: row["job_name"],
        description: row["description"],
        enabled: row["enabled"],
        priority: priority,
        schedule: try Schedule(json: json("schedule_config"), of: id),
        retry: try RetryPolicy(json: json("retry_config")),
        timeoutSeconds: row["timeout_seconds"],
        work: try JobWork(type: type, parametersJSON: json("parameters")),
        maxConcurrentExecutions: row["max_concurrent_executions"],
        alertOnFailure: row["alert_on_failure"],
        alertOnSuccess: row["alert_on_success"],
        alerts: try AlertPolicy(json: json("alert_config"))),
      host: try HostSettings(json: json("host_settings")))
  }
}
