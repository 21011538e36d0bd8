public import Ctx7Database
public import Ctx7Model
internal import GRDB

extension HistoryStore {
  /// Keeps an alert and queues it for its sinks, unless the same condition of the job was told of less than
  /// `repeatSeconds` ago, and as no less urgent.
  ///
  /// - Parameter repeatSeconds: 0 tells of a condition once for as long as it lasts; nil is for events that are no
  ///   lasting condition: each of them is told.
  /// - Returns: the number of the alert; nil when it was told already.
  public func raise(_ alert: Alert, repeatSeconds: Int?, sinks: [String]) throws(StorageError) -> Int64? {
    try file.write { database in
      if let repeatSeconds, try !Self.enter(alert, repeatSeconds, database) { return nil }
      try database.execute(
        sql: """
          INSERT INTO background_job_alerts (type, job_id, execution_id, severity, message, details, created_at)
          VALUES (?, ?, ?, ?, ?, ?, ?)
          """,
        arguments: [
          alert.kind.rawValue, alert.jobID.rawValue, alert.executionID, alert.severity.rawValue,
          alert.message,
          alert.details.description, alert.timestamp,
        ])
      let id = database.lastInsertedRowID
      for sink in sinks {
        try database.execute(
          sql: """
            INSERT INTO background_job_alert_deliveries (alert_id, sink, next_attempt_at) VALUES (?, ?, ?)
            """,
          arguments: [id, sink, alert.timestamp])
      }
      return id
    }
  }

  /// Makes the condition hold; false when that was told already.
  private static func enter(_ alert: Alert, _ repeatSeconds: Int, _ database: Database) throws -> Bool {
    let condition: StatementArguments = [alert.jobID.rawValue, alert.kind.rawValue]
    let told = try Row.fetchOne(
      database,
      sql: "SELECT last_alert_at, severity FROM background_job_alert_states WHERE job_id = ? AND type = ?",
      arguments: condition)
    if let told {
      let at: Timestamp = told["last_alert_at"]
      let isOver = repeatSeconds > 0 && alert.timestamp >= at.adding(seconds: Int64(repeatSeconds))
      let severity = Alert.Severity(rawValue: told["severity"]) ?? .critical
      guard isOver || !severity.reaches(alert.severity) else { return false }
    }
    try database.execute(
      sql: """
        INSERT OR REPLACE INTO background_job_alert_states (job_id, type, last_alert_at, severity)
        VALUES (?, ?, ?, ?)
        """,
      arguments: condition + [alert.timestamp, alert.severity.rawValue])
    return true
  }

  /// Notes that conditions of a job have ended.
  ///
  /// - Returns: those that had held.
  public func resolve(_ kinds: [Alert.Kind], of jobID: JobID) throws(StorageError) -> Set<Alert.Kind> {
    // Nearly always there is nothing to resolve, and then nothing is written.
    let held = try file.read { database in
      try String.fetchAll(
        database, sql: "SELECT type FROM background_job_alert_states WHERE job_id = ?",
        arguments: [jobID.rawValue])
    }.compactMap(Alert.Kind.init).filter(kinds.contains)
    guard !held.isEmpty else { return [] }
    return try file.write { database in
      for kind in held {
        try database.execute(
          sql: "DELETE FROM background_job_alert_states WHERE job_id = ? AND type = ?",
          arguments: [jobID.rawValue, kind.rawValue])
      }
      return Set(held)
    }
  }

  /// Alerts that some sink has still to be told, the oldest first.
  public func dueAlerts(at now: Timestamp, limit: Int = 20) throws(StorageError) -> [AlertRecord] {
    try file.read { database in
      try Row.fetchAll(
        database,
        sql: """
          SELECT * FROM background_job_alerts WHERE alert_id IN (
            SELECT alert_id FROM background_job_alert_deliveries WHERE next_attempt_at <= ?)
          ORDER BY alert_id LIMIT ?
          """,
        arguments: [now, limit]
      ).map { try AlertRecord(row: $0, database) }
    }
  }

  /// Takes a delivery for one try, so that no other process makes the same one at the same time.
  ///
  /// - Parameter patience: how long nobody else may try, should this process die over it.
  /// - Returns: the number of this try, from 1; nil when another process was faster.
  public func beginDelivery(_ alertID: Int64, to sink: String, at now: Timestamp, patienceSeconds: Int)
    throws(StorageError) -> Int?
  {
    try file.write { database in
      try Int.fetchOne(
        database,
        sql: """
          UPDATE background_job_alert_deliveries SET attempts = attempts + 1, next_attempt_at = ?4
          WHERE alert_id = ?1 AND sink = ?2 AND next_attempt_at <= ?3 RETURNING attempts
          """,
        arguments: [alertID, sink, now, now.adding(seconds: Int64(patienceSeconds))])
    }
  }

  /// Notes that a sink took an alert.
  public func completeDelivery(_ alertID: Int64, to sink: String, at now: Timestamp) throws(StorageError) {
    try file.write { database in
      try database.execute(
        sql: """
          UPDATE background_job_alert_deliveries SET delivered_at = ?3, next_attempt_at = NULL, last_error = NULL
          WHERE alert_id = ?1 AND sink = ?2
          """,
        arguments: [alertID, sink, now])
    }
  }

  /// Notes that a sink did not take an alert, and when to try again: nil gives up.
  public func failDelivery(_ alertID: Int64, to sink: String, error: String, nextAttemptAt: Timestamp?)
    throws(StorageError)
  {
    try file.write { database in
      try database.execute(
        sql: """
          UPDATE background_job_alert_deliveries SET next_attempt_at = ?3, last_error = ?4
          WHERE alert_id = ?1 AND sink = ?2
          """,
        arguments: [alertID, sink, nextAttemptAt, error])
    }
  }

  /// The newest alerts, of one job or of all.
  public func alerts(of jobID: JobID? = nil, limit: Int = 100, offset: Int = 0) throws(StorageError)
    -> [AlertRecord]
  {
    let filter = JobFilter(jobID)
    return try file.read { database in
      try Row.fetchAll(
        database,
        sql: "SELECT * FROM background_job_alerts \(filter.sql) ORDER BY alert_id DESC LIMIT ? OFFSET ?",
        arguments: filter.arguments + [limit, offset]
      ).map { try AlertRecord(row: $0, database) }
    }
  }

  /// How many alerts there are, of one job or of all.
  public func alertCount(of jobID: JobID? = nil) throws(StorageError) -> Int {
    let filter = JobFilter(jobID)
    return try file.read { database in
      try Int.fetchOne(
        database, sql: "SELECT count(*) FROM background_job_alerts \(filter.sql)",
        arguments: filter.arguments) ?? 0
    }
  }

  /// Deletes alerts that are older than `cutOff`, delivered or not.
  ///
  /// - Returns: how many were deleted.
  public func deleteAlerts(createdBefore cutOff: Timestamp) throws(StorageError) -> Int {
    try file.write { database in
      try database.execute(sql: "DELETE FROM background_job_alerts WHERE created_at < ?", arguments: [cutOff])
      return database.changesCount
    }
  }
}
