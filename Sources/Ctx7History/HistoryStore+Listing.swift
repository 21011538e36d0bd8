public import Ctx7Database
public import Ctx7Model
internal import GRDB

/// A job as `generate` stored it, and when.
public struct StoredJob: Hashable, Sendable {
  /// The job.
  public let job: ResolvedJob
  /// When it was first generated.
  public let createdAt: Timestamp
  /// When anything of it changed last.
  public let updatedAt: Timestamp
}

/// One attempt as a plot shows it.
public struct ExecutionPoint: Hashable, Sendable {
  /// By the wall clock.
  public let startedAt: Timestamp
  /// How it stands.
  public let status: ExecutionStatus
  /// Nil while it is open, and where nobody measured.
  public let durationSeconds: Double?
}

// What programs and pages list. Every query is answered from an index, however long the history is.
extension HistoryStore {
  /// All generated jobs with their dates, by id.
  ///
  /// - Parameter id: the only one; nil for all.
  public func storedJobs(of id: JobID? = nil) throws(StorageError) -> [StoredJob] {
    try file.read { database in
      let rows = try Row.fetchCursor(
        database, sql: "SELECT * FROM background_job_configs WHERE job_id = ?1 OR ?1 IS NULL ORDER BY job_id",
        arguments: [id?.rawValue])
      return try Array(
        rows.map {
          StoredJob(
            job: try ResolvedJob(row: $0), createdAt: $0["created_at"], updatedAt: $0["updated_at"])
        })
    }
  }

  /// How many attempts a job has left in the history, in one state or in any.
  public func executionCount(of jobID: JobID, status: ExecutionStatus?) throws(StorageError) -> Int {
    try file.read { database in
      try Int.fetchOne(
        database,
        sql: "SELECT count(*) FROM background_job_executions WHERE job_id = ?1"
          + (status == nil ? "" : " AND status = ?2"),
        arguments: StatementArguments([jobID.rawValue, status?.rawValue].compactMap { $0 })) ?? 0
    }
  }

  /// How many dead letters there are, of one job or of all.
  public func deadLetterCount(of jobID: JobID? = nil) throws(StorageError) -> Int {
    let filter = JobFilter(jobID)
    return try file.read { database in
      try Int.fetchOne(
        database, sql: "SELECT count(*) FROM background_job_dead_letters \(filter.sql)",
        arguments: filter.arguments) ?? 0
    }
  }

  /// All attempts of one firing, in the order in which they were opened.
  public func attempts(correlationID: String) throws(StorageError) -> [ExecutionRecord] {
    try file.read { database in
      try Row.fetchAll(
        database,
        sql: "SELECT * FROM background_job_executions WHERE correlation_id = ? ORDER BY rowid",
        arguments: [correlationID]
      ).map(ExecutionRecord.init(row:))
    }
  }

  /// The newest attempts of every job, oldest first.
  public func recentPoints(each limit: Int) throws(StorageError) -> [JobID: [ExecutionPoint]] {
    try file.read { database in
      let statement = try database.makeStatement(sql: Self.pointsOfJob)
      var points: [JobID: [ExecutionPoint]] = [:]
      for id in try String.fetchAll(database, sql: "SELECT job_id FROM background_job_configs") {
        guard let jobID = JobID(rawValue: id) else { throw UnreadableValue("job \(id)") }
        points[jobID] = try Row.fetchAll(statement, arguments: [id, limit]).reversed()
          .map(ExecutionPoint.init(row:))
      }
      return points
    }
  }

  /// The newest attempts of one job, oldest first.
  public func recentPoints(of jobID: JobID, limit: Int) throws(StorageError) -> [ExecutionPoint] {
    try file.read { database in
      try Row.fetchAll(database, sql: Self.pointsOfJob, arguments: [jobID.rawValue, limit]).reversed()
        .map(ExecutionPoint.init(row:))
    }
  }

  private static let pointsOfJob = """
    SELECT started_at, status, duration_seconds FROM background_job_executions
    WHERE job_id = ? ORDER BY rowid DESC LIMIT ?
    """
}

extension ExecutionPoint {
  fileprivate init(row: Row) throws {
    guard let status = ExecutionStatus(rawValue: row["status"]) else {
      throw UnreadableValue("the status of an execution")
    }
    self.init(startedAt: row["started_at"], status: status, durationSeconds: row["duration_seconds"])
  }
}
