public import Ctx7Database
public import Ctx7Model
internal import GRDB

extension HistoryStore {
  /// Counts what a timer's firing answers for: what was missed before it, and what it makes up for.
  public func account(for due: DueFiring, of jobID: JobID, at now: Timestamp) throws(StorageError) {
    try file.write { database in
      var metrics = try JobMetrics.fetch(database, jobID: jobID) ?? JobMetrics(jobID: jobID)
      metrics.missedFirings += due.missed
      metrics.madeUpFirings += due.isMadeUp ? 1 : 0
      metrics.skippedFirings += due.overrun
      metrics.lastDueAt = due.scheduledFor
      metrics.updatedAt = now
      try metrics.save(database)
    }
  }
}
