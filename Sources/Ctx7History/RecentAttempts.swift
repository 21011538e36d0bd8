public import Ctx7Database
public import Ctx7Model
internal import GRDB

/// How the latest attempts of a job have ended: what is long ago says nothing of how it does now.
public struct RecentAttempts: Hashable, Sendable {
  /// How many there are, `most` of them.
  public var ended = 0
  /// How many of them failed.
  public var failed = 0

  /// The latest twenty count.
  fileprivate static let most = 20
  /// A rate over fewer is chance.
  private static let fewest = 10

  /// Creates the count of a job that has not run.
  public init() {}

  /// The share of failures in percent where it is too high.
  public func errorRate(reaching threshold: Double) -> Double? {
    guard failed > 0, ended >= Self.fewest else { return nil }
    let rate = Double(failed) * 100 / Double(ended)
    return rate >= threshold ? rate : nil
  }
}

extension HistoryStore {
  /// How the latest attempts of jobs have ended; by one statement, which costs more to prepare than to run.
  public func recentAttempts(of jobs: [JobID]) throws(StorageError) -> [JobID: RecentAttempts] {
    guard !jobs.isEmpty else { return [:] }
    return try file.read { database in
      let statement = try database.makeStatement(
        sql: """
          SELECT count(*) AS ended,
            count(*) FILTER (WHERE status IN ('failed', 'retry') AND error_class <> 'Cancelled') AS failed
          FROM (SELECT status, error_class FROM background_job_executions
            WHERE job_id = ? AND status NOT IN ('pending', 'running') ORDER BY rowid DESC LIMIT ?)
          """)
      return try jobs.reduce(into: [:]) { recent, id in
        guard let row = try Row.fetchOne(statement, arguments: [id.rawValue, RecentAttempts.most]) else {
          return
        }
        recent[id, default: RecentAttempts()].ended = row["ended"]
        recent[id, default: RecentAttempts()].failed = row["failed"]
      }
    }
  }
}
