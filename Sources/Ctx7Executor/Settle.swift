public import Ctx7Database
public import Ctx7History
public import Ctx7Model

/// The step of `ExecStopPost=` that closes what the main process could not: after a kill, out of memory, a
/// time-out, the watchdog, or a start that failed before the main process ran (systemd.exec(5),
/// "$SERVICE_RESULT").
public struct Settle: Sendable {
  /// How systemd says the main process ended.
  public struct ServiceResult: Sendable {
    /// `$SERVICE_RESULT`: success, exit-code, signal, core-dump, watchdog, timeout, oom-kill, resources …
    public let result: String
    /// `$EXIT_CODE`: exited, killed or dumped; nil when the main process never ran.
    public let exitCode: String?
    /// `$EXIT_STATUS`: a number, or the name of the signal.
    public let exitStatus: String?

    /// Reads what systemd hands to `ExecStopPost=`; nil outside one.
    public init?(environment: [String: String]) {
      guard let result = environment["SERVICE_RESULT"] else { return nil }
      self.result = result
      exitCode = environment["EXIT_CODE"]
      exitStatus = environment["EXIT_STATUS"]
    }

    /// Whether the main process closed everything itself, so that there is nothing to look at.
    public var isSuccess: Bool { result == "success" }

    /// The failure to record.
    public var failure: JobFailure {
      switch result {
      case "timeout":
        JobFailure(.timeout, "stopped by systemd: it ran past TimeoutStartSec")
      case "watchdog":
        JobFailure(.processDied, "killed by systemd's watchdog: no progress for WatchdogSec")
      case "oom-kill":
        JobFailure(.processDied, "killed by the kernel: out of memory")
      case "signal", "core-dump":
        JobFailure(.processDied, "killed by signal \(exitStatus ?? "unknown")")
      case "exit-code" where exitStatus == "243":
        JobFailure(.configuration, "a credential of the unit is missing (243/CREDENTIALS)")
      case "exit-code":
        JobFailure(.processDied, "ended with exit status \(exitStatus ?? "unknown") without a record")
      default:
        JobFailure(.processDied, "systemd reports '\(result)'")
      }
    }
  }

  let history: HistoryStore
  let lockDirectory: String
  let surroundings: Surroundings

  /// Creates the step.
  public init(history: HistoryStore, lockDirectory: String, surroundings: Surroundings) {
    self.history = history
    self.lockDirectory = lockDirectory
    self.surroundings = surroundings
  }

  /// Closes the open rows of a job whose process is gone, and makes the row where the main process never came
  /// to write one.
  ///
  /// - Returns: the execution that was closed; nil when the main process had closed its own.
  public func run(_ job: JobID, _ service: ServiceResult) throws(StorageError) -> ExecutionRecord? {
    let now = surroundings.now()
    var settled: ExecutionRecord?
    for record in try history.openAttempts(of: job)
    where !JobLock.isHeld(job, slot: record.slot, in: lockDirectory) {
      settled = try close(record, service.failure, at: now)
    }
    if settled != nil { return settled }
    if let invocation = surroundings.invocationID, try !history.hasExecution(invocationID: invocation) {
      let record = ExecutionRecord(
        id: "\(job)_\(surroundings.randomHex())", jobID: job, status: .running, trigger: .timer,
        startedAt: now, correlationID: "scheduled_\(surroundings.randomHex())", invocationID: invocation)
      try history.open(record)
      return try close(record, service.failure, at: now)
    }
    return nil
  }

  private func close(_ record: ExecutionRecord, _ failure: JobFailure, at now: Timestamp)
    throws(StorageError) -> ExecutionRecord
  {
    // Of the invocation that has just ended the wall clock tells the duration; of an older one nothing does.
    let milliseconds = now.milliseconds(since: record.startedAt)
    let isOurs = record.invocationID == surroundings.invocationID && milliseconds >= 0
    let ending = ExecutionRecord.Ending(
      completedAt: now, durationSeconds: isOurs ? Double(milliseconds) / 1000 : nil, failure: failure)
    try history.close(record, as: .failed, ending)
    var closed = record
    closed.status = .failed
    closed.ending = ending
    return closed
  }
}
