internal import Ctx7Database
public import Ctx7Model
internal import GRDB

extension HistoryStore {
  /// Deletes executions that ended before `cutOff`, in batches, so that no firing waits long for its turn.
  ///
  /// Open executions have not ended and stay, however old they are; so do those whose retry is still to come.
  ///
  /// - Returns: how many were deleted.
  /// - Throws: `StorageError`; `CancellationError` between two batches.
  public func deleteExecutions(completedBefore cutOff: Timestamp, batch: Int = 500) async throws -> Int {
    var total = 0
    while true {
      let deleted = try await file.patiently { file in
        try file.write { database in
          try database.execute(
            sql: """
              DELETE FROM background_job_executions WHERE rowid IN (
                SELECT rowid FROM background_job_executions
                WHERE completed_at < ? AND (status <> 'retry' OR retried_at IS NOT NULL) LIMIT ?)
              """,
            arguments: [cutOff, batch])
          return database.changesCount
        }
      }
      total += deleted
      if deleted < batch { return total }
    }
  }
}
