public import Ctx7Database
internal import Ctx7Model

/// The history of all jobs: configurations, executions and metrics in `jobs.sqlite`.
public struct HistoryStore: Sendable {
  /// The file beneath, for checks and maintenance.
  public let file: DatabaseFile

  /// Opens the history; `.readWrite` creates it where there is none.
  public init(path: String, access: DatabaseFile.Access = .readWrite) throws(StorageError) {
    file = try DatabaseFile(path: path, access: access, migrator: Schema.migrator)
  }
}
