internal import Ctx7Database
public import Ctx7Model
internal import GRDB

/// An execution that failed for good, kept with all it takes to understand it and to run it again.
public struct DeadLetter: Hashable, Sendable, Identifiable {
  /// Counts up; what `ctx7ctl dlq` calls it by.
  public let id: Int64
  /// The last attempt.
  public let executionID: String
  /// The job.
  public let jobID: JobID
  /// Links the attempts.
  public let correlationID: String
  /// The configuration by which the last attempt ran.
  public let config: JSONValue
  /// Why the last attempt failed.
  public let failure: JobFailure
  /// All attempts, oldest first, under the names of `ExecutionRecord.json`.
  public let attempts: JSONValue
  /// When the last attempt ended.
  public let failedAt: Timestamp
  /// When somebody had the job run again because of this letter.
  public let retriedAt: Timestamp?

  /// The letter as programs read it.
  public var json: JSONValue {
    [
      "dead_letter_id": JSONValue(id),
      "execution_id": .string(executionID),
      "job_id": .string(jobID.rawValue),
      "correlation_id": .string(correlationID),
      "error_class": .string(failure.errorClass.rawValue),
      "error_message": .string(failure.message),
      "failed_at": JSONValue(failedAt),
      "retried_at": JSONValue(retriedAt),
      "job_config": config,
      "attempts": attempts,
    ]
  }
}

extension DeadLetter {
  init(row: Row) throws {
    guard let jobID = JobID(rawValue: row["job_id"]) else {
      throw UnreadableValue("dead letter \(row["dead_letter_id"] as Int64)")
    }
    self.init(
      id: row["dead_letter_id"], executionID: row["execution_id"], jobID: jobID,
      correlationID: row["correlation_id"], config: try JSONValue(parsing: row["job_config"]),
      failure: JobFailure(ErrorClass(rawValue: row["error_class"]) ?? .unexpected, row["error_message"]),
      attempts: try JSONValue(parsing: row["attempts"]), failedAt: row["failed_at"],
      retriedAt: row["retried_at"])
  }

  /// Writes the letter of an attempt that has just been closed, and drops the oldest ones beyond the limit.
  static func write(
    _ record: ExecutionRecord, _ ending: ExecutionRecord.Ending, of job: ResolvedJob, _ database: Database
  ) throws {
    guard let failure = ending.failure, job.host.deadLetterQueueEnabled else { return }
    let attempts = try Row.fetchAll(
      database,
      sql: """
        SELECT * FROM background_job_executions WHERE correlation_id = ? AND job_id = ? ORDER BY retry_count, rowid
        """,
      arguments: [record.correlationID, record.jobID.rawValue]
    ).map(ExecutionRecord.init(row:))
    try database.execute(
      sql: """
        INSERT INTO background_job_dead_letters (execution_id, job_id, correlation_id, job_config, error_class,
          error_message, attempts, failed_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (execution_id) DO NOTHING
        """,
      arguments: [
        record.id, record.jobID.rawValue, record.correlationID, job.config.json.description,
        failure.errorClass.rawValue, failure.message, JSONValue.array(attempts.map(\.json)).description,
        ending.completedAt,
      ])
    try prune(keeping: job.host.maxFailedJobsRetention, database)
  }

  @discardableResult
  static func prune(keeping limit: Int, _ database: Database) throws -> Int {
    try database.execute(
      sql: """
        DELETE FROM background_job_dead_letters WHERE dead_letter_id <= (
          SELECT dead_letter_id FROM background_job_dead_letters ORDER BY dead_letter_id DESC LIMIT 1 OFFSET ?)
        """,
      arguments: [limit])
    return database.changesCount
  }
}
