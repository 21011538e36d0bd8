public import Ctx7Model

/// Where an execution runs, as far as its exit status depends on it.
public enum Setting: Sendable {
  /// Started by a systemd unit.
  case unit
  /// Started by a person or a script.
  case commandLine
}

extension Outcome {
  /// The state in which the row is closed when no further attempt is due; nil for a firing that did nothing and
  /// has no row.
  public var status: ExecutionStatus? {
    switch self {
    case .succeeded: .completed
    case .failed, .timedOut: .failed
    case .cancelled: .cancelled
    case .interrupted: .retry
    case .skipped: nil
    }
  }

  /// When the attempt after this one is due; nil when there is none.
  ///
  /// What a shutdown interrupted is always resumed, as soon as there is a system again.
  func nextAttempt(_ policy: RetryPolicy, retries: Int, endedAt: Timestamp) -> Timestamp? {
    switch self {
    case .interrupted: endedAt
    case .failed, .timedOut:
      failure.flatMap { policy.nextAttempt(after: $0.errorClass, retries: retries, endedAt: endedAt) }
    case .succeeded, .cancelled, .skipped: nil
    }
  }

  /// The exit status: the one table that ctx7-job-exec(1) documents.
  ///
  /// - Parameter retryIsDue: whether the row says that another attempt comes. A unit that exits with 75 is
  ///   restarted by systemd, so there the row decides; a person is told that trying again may help.
  public func exitStatus(_ policy: RetryPolicy, in setting: Setting, retryIsDue: Bool) -> ExitStatus {
    switch self {
    case .succeeded: return .success
    case .failed, .timedOut:
      let errorClass = failure?.errorClass ?? .unexpected
      if setting == .unit ? retryIsDue : policy.retryOn.contains(errorClass) { return .tryAgain }
      switch errorClass {
      case .configuration: return .badConfig
      case .database: return .ioError
      default: return .failure
      }
    case .cancelled(let signal): return signal == 2 ? .interrupted : .terminated
    case .interrupted: return .terminated
    case .skipped(.nothingToRetry): return .failure
    case .skipped(.retryNotYetDue): return .tryAgain
    // To systemd a skipped firing is fine, but a skipped retry is still due; a person asked for a run and did
    // not get one.
    case .skipped(.alreadyRunning), .skipped(.queueFull):
      return setting == .unit && !retryIsDue ? .success : .tryAgain
    case .skipped: return .success
    }
  }
}

extension SkipReason: CustomStringConvertible {
  /// The text for people.
  public var description: String {
    switch self {
    case .alreadyRunning: "another execution of this job is running"
    case .serviceDisabled: "all jobs are turned off (enabled: false or BG_JOBS_ENABLED=false)"
    case .jobDisabled: "the job is turned off (enabled: false)"
    case .notYetDue: "the schedule's start_time is still to come"
    case .ended: "the schedule's end_time has passed"
    case .exhausted: "it has run as often as max_executions allows"
    case .switchedOff(let off): "the job is \(off.inWords(after: "switched off"))"
    case .queueFull: "job_queue_size executions wait for a slot already"
    case .retryNotYetDue: "its retry is due later; systemd starts it again"
    case .nothingToRetry: "systemd restarted it, but the retry policy allows no further attempt"
    case .dueBeforeEnabling: "it was due before its timer was enabled"
    case .dueDuringRun: "it came due while the run before was still going"
    case .alreadyRun: "it has already run for this time"
    case .missed: "it comes late, and catch_up is off"
    }
  }
}
