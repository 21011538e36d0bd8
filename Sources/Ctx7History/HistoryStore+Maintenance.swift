public import Ctx7Database
public import Ctx7Model
internal import GRDB

extension HistoryStore {
  /// Deletes executions that ended before `cutOff`, in batches, so that no firing waits long for its turn.
  ///
  /// Open executions have not ended and stay, however old they are.
  ///
  /// - Returns: how many were deleted.
  public func deleteExecutions(completedBefore cutOff: Timestamp, batch: Int = 500) throws(StorageError)
    -> Int
  {
    var total = 0
    while true {
      let deleted = try file.write { database in
        try database.execute(
          sql: """
            DELETE FROM background_job_executions WHERE rowid IN (
              SELECT rowid FROM background_job_executions WHERE completed_at < ? LIMIT ?)
            """,
          arguments: [cutOff, batch])
        return database.changesCount
      }
      total += deleted
      if deleted < batch { return total }
    }
  }
}
