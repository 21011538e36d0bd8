public import Ctx7Database
public import Ctx7History
public import Ctx7Model

extension HistoryStore {
  /// The attempts that some process works on or waits with, of one job or of all.
  public func liveAttempts(of jobID: JobID? = nil, lockDirectory: String) throws(StorageError)
    -> [ExecutionRecord]
  {
    try openAttempts(of: jobID).filter { $0.isAlive(lockDirectory: lockDirectory) }
  }
}

extension ExecutionRecord {
  /// Whether a process works on the attempt: its row is open, and its lock is held. The row of a process that has
  /// died stays open until the next execution, or maintenance, closes it.
  func isAlive(lockDirectory: String) -> Bool {
    status.isOpen && JobLock.isHeld(jobID, slot: slot, in: lockDirectory)
  }

  /// Whether somebody is there to make the attempt after this one, which is due: the process that has made it, or
  /// systemd, which is busy with its unit until it starts that again.
  ///
  /// - Parameter busyUnits: nil where no systemd answers.
  public func isAwaited(lockDirectory: String, busyUnits: Set<String>?) -> Bool {
    isOfUnit
      ? busyUnits?.contains(jobID.serviceUnit) ?? true : RetryWait.isHeld(for: self, in: lockDirectory)
  }

  /// The state as people are told it: that of the row, or `abandoned` where its process has died.
  public func stateInWords(lockDirectory: String) -> String {
    status.isOpen && !isAlive(lockDirectory: lockDirectory) ? "abandoned" : status.rawValue
  }
}
