public import Ctx7Database
public import Ctx7Model
internal import GRDB

extension HistoryStore {
  /// Inserts an open attempt, before its work begins, and counts it when it is a timer's firing.
  ///
  /// - Parameters:
  ///   - previous: the id of the attempt that this one repeats; nil for the first one of a firing.
  ///   - maxFirings: how often the timer may fire in all; nil is no limit.
  ///   - due: what a timer's firing answers for.
  /// - Returns: false, with nothing inserted, when the timer has fired that often, or when the attempt is a
  ///   retry that another process has begun.
  @discardableResult
  public func open(
    _ record: ExecutionRecord, after previous: String? = nil, maxFirings: Int? = nil,
    answering due: DueFiring? = nil
  ) throws(StorageError) -> Bool {
    try file.write { database in
      if let previous {
        guard try Self.beginRetry(of: previous, at: record.startedAt, database) else { return false }
      } else if record.trigger == .timer {
        guard try Self.countFiring(record, answering: due, atMost: maxFirings, database) else { return false }
      }
      try database.execute(
        sql: """
          INSERT INTO background_job_executions (execution_id, job_id, status, trigger, scheduled_for, slot,
            missed_firings, started_at, retry_count, correlation_id, invocation_id, created_at, updated_at)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
          """,
        arguments: [
          record.id, record.jobID.rawValue, record.status.rawValue, record.trigger.rawValue,
          record.scheduledFor, record.slot, record.missedFirings, record.startedAt, record.retryCount,
          record.correlationID,
          record.invocationID, record.startedAt, record.startedAt,
        ])
      return true
    }
  }

  /// Takes the retry that the attempt before has left; false when there is none or it is taken.
  private static func beginRetry(of previous: String, at now: Timestamp, _ database: Database) throws
    -> Bool
  {
    try database.execute(
      sql: """
        UPDATE background_job_executions SET retried_at = ?
        WHERE execution_id = ? AND status = 'retry' AND retried_at IS NULL
        """,
      arguments: [now, previous])
    return database.changesCount == 1
  }

  /// Notes that an attempt which waited for its turn has begun to work.
  public func begin(_ record: ExecutionRecord) throws(StorageError) {
    try file.write { database in
      try database.execute(
        sql: """
          UPDATE background_job_executions SET status = 'running', started_at = ?2, updated_at = ?2
          WHERE execution_id = ?1 AND status = 'pending'
          """,
        arguments: [record.id, record.startedAt])
    }
  }

  /// Closes an open attempt and counts it in the job's metrics, in one transaction.
  ///
  /// - Parameter letterOf: the job, when an attempt that failed for good is to be kept as a dead letter.
  /// - Returns: the job's metrics, this attempt included; nil when the attempt is closed already: nothing is
  ///   changed or counted then.
  @discardableResult
  public func close(
    _ record: ExecutionRecord, as status: ExecutionStatus, _ ending: ExecutionRecord.Ending,
    letterOf job: ResolvedJob? = nil
  ) throws(StorageError) -> JobMetrics? {
    try file.write { database in
      try database.execute(
        sql: """
          UPDATE background_job_executions SET status = ?, completed_at = ?, duration_seconds = ?,
            error_class = ?, error_message = ?, error_details = ?, next_attempt_at = ?, result = ?,
            records_processed = ?,
            records_failed = ?, memory_usage_mb = ?, cpu_usage_percent = ?, updated_at = ?
          WHERE execution_id = ? AND status IN ('pending', 'running')
          """,
        arguments: [
          status.rawValue, ending.completedAt, ending.durationSeconds, ending.failure?.errorClass.rawValue,
          ending.failure?.message, ending.failure?.details?.description, ending.nextAttemptAt,
          ending.result?.description, ending.recordsProcessed,
          ending.recordsFailed, ending.memoryMB, ending.cpuPercent, ending.completedAt, record.id,
        ])
      guard database.changesCount == 1 else { return nil }
      var metrics = try JobMetrics.fetch(database, jobID: record.jobID) ?? JobMetrics(jobID: record.jobID)
      metrics.count(record, as: status, ending)
      try metrics.save(database)
      if let job, status == .failed { try DeadLetter.write(record, ending, of: job, database) }
      return metrics
    }
  }

  /// The attempts, of one job or of all, that ended with another one due which has not begun.
  public func pendingRetries(of jobID: JobID? = nil) throws(StorageError) -> [ExecutionRecord] {
    try fetch(
      """
      status = 'retry' AND retried_at IS NULL AND (?1 IS NULL OR job_id = ?1) ORDER BY job_id, rowid
      """, [jobID?.rawValue])
  }

  /// The attempt of a job's unit that ended with another one due which has not begun; nil when there is none.
  public func retryOfUnit(of jobID: JobID) throws(StorageError) -> ExecutionRecord? {
    try pendingRetries(of: jobID).last(where: \.isOfUnit)
  }

  /// Ends the wait for a retry that will not come: the attempt has then failed for good, or was stopped for good.
  ///
  /// The metrics have counted it as that already.
  ///
  /// - Parameter reason: is put behind the error's message.
  /// - Returns: the attempt as it has ended now; nil when the retry has begun or its wait was ended before.
  @discardableResult
  public func abandonRetry(
    _ record: ExecutionRecord, reason: String, at now: Timestamp, letterOf job: ResolvedJob?
  ) throws(StorageError) -> ExecutionRecord? {
    var closed = record
    closed.status = record.wasStopped ? .cancelled : .failed
    closed.ending?.nextAttemptAt = nil
    closed.ending?.failure?.message += " (\(reason))"
    return try file.write { [closed] database in
      try database.execute(
        sql: """
          UPDATE background_job_executions SET status = ?2, next_attempt_at = NULL, updated_at = ?3, error_message = ?4
          WHERE execution_id = ?1 AND status = 'retry' AND retried_at IS NULL
          """,
        arguments: [closed.id, closed.status.rawValue, now, closed.ending?.failure?.message])
      guard database.changesCount == 1 else { return nil }
      if let job, let ending = closed.ending, closed.status == .failed {
        try DeadLetter.write(closed, ending, of: job, database)
      }
      return closed
    }
  }

  /// The attempts that are open, or were left open by a process that died; of one job or of all.
  public func openAttempts(of jobID: JobID? = nil) throws(StorageError) -> [ExecutionRecord] {
    try fetch("status IN ('pending', 'running') AND (?1 IS NULL OR job_id = ?1)", [jobID?.rawValue])
  }

  /// One attempt by its id.
  public func execution(_ id: String) throws(StorageError) -> ExecutionRecord? {
    try fetch("execution_id = ?", [id]).first
  }

  /// Whether a run of the unit has left an attempt.
  public func hasExecution(invocationID: String) throws(StorageError) -> Bool {
    try !fetch("invocation_id = ?", [invocationID]).isEmpty
  }

  /// The newest attempts, of one job or of all, in one state or in any, in the order in which they were opened,
  /// whatever the clock said.
  ///
  /// The page is cut from an index before any row is read, so that a high offset costs little.
  public func executions(
    of jobID: JobID? = nil, status: ExecutionStatus? = nil, limit: Int = 100, offset: Int = 0
  ) throws(StorageError) -> [ExecutionRecord] {
    let conditions = [jobID.map { _ in "job_id = :job" }, status.map { _ in "status = :status" }].compactMap {
      $0
    }
    var arguments: StatementArguments = ["limit": limit, "offset": offset]
    if let jobID { arguments += ["job": jobID.rawValue] }
    if let status { arguments += ["status": status.rawValue] }
    let order = "rowid DESC"
    return try fetch(
      """
      rowid IN (SELECT rowid FROM background_job_executions
        WHERE \(conditions.isEmpty ? "TRUE" : conditions.joined(separator: " AND "))
        ORDER BY \(order) LIMIT :limit OFFSET :offset)
      ORDER BY \(order)
      """,
      arguments)
  }

  private func fetch(_ condition: String, _ arguments: StatementArguments) throws(StorageError)
    -> [ExecutionRecord]
  {
    try file.read { database in
      // A row of a cursor finds its columns by a dictionary, a copied one by comparing names.
      try Array(
        Row.fetchCursor(
          database, sql: "SELECT * FROM background_job_executions WHERE \(condition)", arguments: arguments
        ).map(ExecutionRecord.init(row:)))
    }
  }
}
