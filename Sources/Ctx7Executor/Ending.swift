public import Ctx7Model

/// Where an execution runs, as far as its exit status depends on it.
public enum Setting: Sendable {
  /// Started by a systemd unit.
  case unit
  /// Started by a person or a script.
  case commandLine
}

extension Outcome {
  /// The state in which the row is closed; nil for a firing that did nothing and has no row.
  public var status: ExecutionStatus? {
    switch self {
    case .succeeded: .completed
    case .failed, .timedOut: .failed
    case .cancelled: .cancelled
    case .skipped: nil
    }
  }

  /// The exit status: the one table that ctx7-job-exec(1) documents.
  public func exitStatus(_ retry: RetryPolicy, in setting: Setting) -> ExitStatus {
    switch self {
    case .succeeded: .success
    case .failed(let failure, _):
      switch failure.errorClass {
      case _ where retry.retryOn.contains(failure.errorClass): .tryAgain
      case .configuration: .badConfig
      case .database: .ioError
      default: .failure
      }
    case .timedOut: .tryAgain
    case .cancelled(let signal): signal == 2 ? .interrupted : .terminated
    // To systemd a skipped firing is fine; a person asked for a run and did not get one.
    case .skipped(.alreadyRunning): setting == .unit ? .success : .tryAgain
    case .skipped: .success
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
    case .dueBeforeEnabling: "it was due before its timer was enabled"
    case .dueDuringRun: "it came due while the run before was still going"
    case .alreadyRun: "it has already run for this time"
    case .missed: "it comes late, and catch_up is off"
    }
  }
}
