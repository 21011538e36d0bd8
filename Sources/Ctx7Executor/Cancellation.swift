public import Ctx7History
public import Ctx7Model
public import Ctx7Systemd
internal import Glibc

/// What `cancel` stops: the executions of a job that run, a start of its unit that has no execution yet, and its waits
/// for a retry.
public struct Cancellation: Sendable {
  private let jobID: JobID
  private let running: [ExecutionRecord]
  private let waiting: [ExecutionRecord]
  private let isStarting: Bool
  private let isSettling: Bool
  private let lockDirectory: String

  /// Looks up what there is to stop.
  ///
  /// - Parameter bus: nil where no systemd runs.
  public init(of jobID: JobID, _ history: HistoryStore, _ bus: SystemBus?, lockDirectory: String) throws {
    self.jobID = jobID
    self.lockDirectory = lockDirectory
    // Before the rows: what is starting now may have one in a moment.
    let isActivating = try bus.map {
      try $0.activeState(of: jobID.serviceUnit) == "activating" || $0.hasQueuedJob(jobID.serviceUnit)
    }
    running = try history.liveAttempts(of: jobID, lockDirectory: lockDirectory)
    waiting = try history.pendingRetries(of: jobID)
    let isBusyOtherwise = isActivating == true && running.isEmpty && waiting.isEmpty
    // What is left to it of an execution that has ended, such as the delivery of alerts, is nobody's to stop.
    isSettling = try bus.map { try isBusyOtherwise && BusyUnit(jobID, $0, history) == .settling } ?? false
    isStarting = isBusyOtherwise && !isSettling
  }

  /// Whether nothing runs, starts or waits.
  public var isEmpty: Bool { running.isEmpty && waiting.isEmpty && !isStarting }

  /// An execution outside of units that only its own user may stop.
  public struct NotPermitted: Error, CustomStringConvertible {
    let executionID: String
    let process: pid_t
    let code: CInt

    /// The text for people.
    public var description: String {
      "\(executionID) runs as process \(process): \(String(cString: strerror(code)))"
    }
  }

  /// Stops executions, those of units by systemd, until they have ended, and ends the waits for retries.
  ///
  /// - Parameters:
  ///   - bus: nil where no systemd runs.
  ///   - write: hands out the history, writable.
  /// - Throws: `NotPermitted`, `BusError`.
  public func carryOut(
    on job: ResolvedJob, _ bus: SystemBus?, at now: Timestamp,
    write: ((HistoryStore) throws -> Void) throws -> Void
  ) throws {
    // Before the stop: a process that is stopped while it waits itself would say that nobody has meant it.
    if !waiting.isEmpty { try write { try endWaits(of: job, in: $0, at: now) } }
    try stop(bus)
    try write { try endWaits(of: job, in: $0, at: now) }
  }

  private func stop(_ bus: SystemBus?) throws {
    try bus?.stop([jobID.serviceUnit])
    for record in running where !record.isOfUnit {
      // The lock names the process, and is only believed while it is held.
      guard let process = JobLock.holder(jobID, slot: record.slot, in: lockDirectory) else { continue }
      guard kill(process, SIGTERM) == 0 || errno == ESRCH else {
        throw NotPermitted(executionID: record.id, process: process, code: errno)
      }
    }
  }

  /// The stop of a unit that waits for its restart runs nothing of ours.
  private func endWaits(of job: ResolvedJob, in history: HistoryStore, at now: Timestamp) throws {
    for record in try history.pendingRetries(of: jobID) {
      try history.abandonRetry(record, reason: "its retry was cancelled", at: now, letterOf: job)
    }
  }

  /// What was stopped, in sentences.
  public var report: [String] {
    guard !isEmpty else {
      let nothing = "nothing of \(jobID) runs or waits for a retry"
      return [isSettling ? nothing + "; its unit is still settling" : nothing]
    }
    if isStarting { return ["the start of \(jobID) is called off"] }
    return running.map { "\($0.id) is stopped" } + waiting.map { "the retry of \($0.id) is called off" }
  }
}
