public import Ctx7Database
public import Ctx7Model
internal import GRDB

extension HistoryStore {
  /// The latest execution that has asked the services; nil before the first one.
  ///
  /// - Parameter jobs: the jobs of type `health_check`; without any, as in a container where none are generated, it is
  ///   told by its result.
  public func latestHealthCheck(of jobs: [JobID]) throws(StorageError) -> ExecutionRecord? {
    var recent: [[ExecutionRecord]] = jobs.isEmpty ? [try executions(limit: 100)] : []
    for job in jobs { recent.append(try executions(of: job, limit: 20)) }
    // Each has the newest first, whatever the clock said.
    return recent.compactMap { $0.first { $0.healthChecks != nil } }
      .max { $0.startedAt < $1.startedAt }
  }

  /// The latest attempts that have ended; by one statement, which costs more to prepare than to run.
  public func latestEnded(of jobs: [JobID]) throws(StorageError) -> [JobID: ExecutionRecord] {
    try file.read { database in
      let statement = try database.makeStatement(
        sql: """
          SELECT * FROM background_job_executions
          WHERE job_id = ? AND status NOT IN ('pending', 'running') ORDER BY rowid DESC LIMIT 1
          """)
      return try jobs.reduce(into: [:]) { latest, id in
        latest[id] = try Row.fetchOne(statement, arguments: [id.rawValue]).map(ExecutionRecord.init(row:))
      }
    }
  }
}
