public import Ctx7Database
public import Ctx7Model
internal import GRDB

/// A run that somebody asked for before its unit was started, with the ids that they were told.
public struct ExecutionRequest: Hashable, Sendable {
  /// The id that the run's first attempt will have.
  public let executionID: String
  /// The id that all of its attempts will share.
  public let correlationID: String
  /// The job.
  public let jobID: JobID
  /// When it was asked for.
  public let requestedAt: Timestamp
  /// Who asked, for people; nil when unknown.
  public let requestedBy: String?

  /// Creates a request.
  public init(
    executionID: String, correlationID: String, jobID: JobID, requestedAt: Timestamp,
    requestedBy: String? = nil
  ) {
    self.executionID = executionID
    self.correlationID = correlationID
    self.jobID = jobID
    self.requestedAt = requestedAt
    self.requestedBy = requestedBy
  }
}

extension HistoryStore {
  /// A unit that was asked to start does so within this time, or never claims its request.
  private static let requestLifetimeMilliseconds: Int64 = 10 * 60_000

  /// Leaves the ids for the next manual start of the job; requests of yesterday are forgotten on the way.
  public func request(_ request: ExecutionRequest) throws(StorageError) {
    try file.write { database in
      try database.execute(
        sql: "DELETE FROM background_job_requests WHERE requested_at < ?",
        arguments: [request.requestedAt.adding(days: -1)])
      try database.execute(
        sql: """
          INSERT INTO background_job_requests (execution_id, correlation_id, job_id, requested_at, requested_by)
          VALUES (?, ?, ?, ?, ?)
          """,
        arguments: [
          request.executionID, request.correlationID, request.jobID.rawValue, request.requestedAt,
          request.requestedBy,
        ])
    }
  }

  /// Takes a request back whose unit could not be started.
  public func withdrawRequest(_ executionID: String) throws(StorageError) {
    try file.write { database in
      try database.execute(
        sql: "DELETE FROM background_job_requests WHERE execution_id = ? AND claimed_at IS NULL",
        arguments: [executionID])
    }
  }

  /// Takes the newest request of the last minutes; nil when there is none that nobody has taken.
  ///
  /// Older ones are taken with it: their starts failed before they could take them, or systemd merged them into this.
  ///
  /// - Parameter since: requests before this instant were meant for another start.
  public func claimRequest(
    of jobID: JobID, since: Timestamp = Timestamp(rawValue: 0), at now: Timestamp
  ) throws(StorageError) -> ExecutionRequest? {
    let earliest = max(since, now.adding(milliseconds: -Self.requestLifetimeMilliseconds))
    return try file.write { database in
      let rows = try Row.fetchAll(
        database,
        sql: """
          UPDATE background_job_requests SET claimed_at = ?1
          WHERE job_id = ?2 AND claimed_at IS NULL AND requested_at >= ?3
          RETURNING *, rowid
          """,
        arguments: [now, jobID.rawValue, earliest])
      let newest = rows.max { Self.age($0) < Self.age($1) }
      return newest.map { row in
        ExecutionRequest(
          executionID: row["execution_id"], correlationID: row["correlation_id"], jobID: jobID,
          requestedAt: row["requested_at"], requestedBy: row["requested_by"])
      }
    }
  }

  /// By the clock, which has milliseconds, and by the order of arrival within one.
  private static func age(_ request: Row) -> (Int64, Int64) { (request["requested_at"], request["rowid"]) }
}
