internal import Ctx7Database
internal import Ctx7History
internal import Ctx7Model

/// Executions whose process is gone: the row is open, but nobody holds its lock.
struct Orphans {
  let job: JobID
  let history: HistoryStore
  let lockDirectory: String

  init(of job: JobID, _ history: HistoryStore, _ lockDirectory: String) {
    self.job = job
    self.history = history
    self.lockDirectory = lockDirectory
  }

  /// Closes them as died.
  ///
  /// - Parameter slot: the slot that the caller holds itself; an open row that names it is an orphan.
  func close(holding slot: Int, at now: Timestamp) throws(StorageError) {
    for record in try history.openAttempts(of: job)
    where record.slot == slot || !JobLock.isHeld(job, slot: record.slot, in: lockDirectory) {
      let failure = JobFailure(
        .processDied,
        "the process ended without closing its execution: killed, out of memory or power lost")
      try history.close(record, as: .failed, ExecutionRecord.Ending(completedAt: now, failure: failure))
    }
  }
}
