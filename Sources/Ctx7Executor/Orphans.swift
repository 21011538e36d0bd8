internal import Ctx7Database
internal import Ctx7History
internal import Ctx7Model

/// Attempts whose process is gone without having closed its row, where nobody knows why.
///
/// The lock is taken before a row is opened, and goes with the process: an open row without it is an orphan at once.
struct Orphans {
  let history: HistoryStore
  let lockDirectory: String

  private static let failure = JobFailure(
    .processDied, "the process ended without closing its execution: killed, out of memory or power lost")

  /// Those of one job, or of all.
  func all(of id: JobID? = nil) throws(StorageError) -> [ExecutionRecord] {
    try history.openAttempts(of: id).filter {
      !JobLock.isHeld($0.jobID, slot: $0.slot, in: lockDirectory)
    }
  }

  /// Closes one.
  ///
  /// - Parameter nextAttemptAt: when it is tried again; nil when it is not.
  /// - Returns: the row, and the job's metrics; nil when somebody else has closed it.
  func close(
    _ record: ExecutionRecord, of job: ResolvedJob?, nextAttemptAt: Timestamp? = nil, at now: Timestamp
  )
    throws(StorageError) -> (record: ExecutionRecord, metrics: JobMetrics)?
  {
    let ending = ExecutionRecord.Ending(completedAt: now, failure: Self.failure, nextAttemptAt: nextAttemptAt)
    var closed = record
    closed.status = nextAttemptAt == nil ? .failed : .retry
    closed.ending = ending
    guard let metrics = try history.close(record, as: closed.status, ending, letterOf: job) else {
      return nil
    }
    return (closed, metrics)
  }
}
