public import Ctx7Database
public import Ctx7History
public import Ctx7Model

/// Closes what dead processes left open of any job, also of one that nobody runs any more.
public struct Reconciliation: Sendable {
  private let history: HistoryStore
  private let lockDirectory: String

  /// Creates a reconciliation.
  public init(history: HistoryStore, lockDirectory: String) {
    self.history = history
    self.lockDirectory = lockDirectory
  }

  /// Closes the rows that are open although nobody holds their lock. What a unit left is not touched while its
  /// settle step may still come; by then it has long been.
  ///
  /// - Returns: how many were closed.
  public func run(at now: Timestamp) throws(StorageError) -> Int {
    let patience: Int64 = 60_000
    var count = 0
    for record in try history.openAttempts()
    where !JobLock.isHeld(record.jobID, slot: record.slot, in: lockDirectory)
      && now.milliseconds(since: record.startedAt) > patience
    {
      let failure = JobFailure(
        .processDied, "the process ended without closing its execution: killed, out of memory or power lost")
      let ending = ExecutionRecord.Ending(completedAt: now, failure: failure)
      if try history.close(record, as: .failed, ending, letterOf: try history.job(record.jobID)) != nil {
        count += 1
      }
    }
    return count
  }
}
