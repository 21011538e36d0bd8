public import Ctx7Model

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
