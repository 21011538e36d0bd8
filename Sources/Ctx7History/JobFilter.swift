internal import Ctx7Model
internal import GRDB

/// The condition that picks the rows of one job, or of all: without a job there is none, since one that may hold for
/// every row is served by no index.
struct JobFilter {
  /// `WHERE …`, or nothing.
  let sql: String
  let arguments: StatementArguments

  init(_ id: JobID?) {
    sql = id == nil ? "" : "WHERE job_id = ?"
    arguments = id.map { [$0.rawValue] } ?? []
  }
}
