/// How an execution ended. Every ending is one of these; whatever comes after only matches on it.
public enum Outcome: Hashable, Sendable {
  case succeeded(JobReport)
  /// The job threw, or went through with failed records (then with a report).
  case failed(JobFailure, JobReport?)
  /// The job's own deadline passed.
  case timedOut(seconds: Int)
  /// Stopped by a signal: SIGTERM (15) or SIGINT (2).
  case cancelled(signal: Int32)
  /// Stopped because the system shuts down; the work is resumed at the next boot.
  case interrupted
  /// Nothing was done, for a reason that is no failure.
  case skipped(SkipReason)
}

/// Why a firing did nothing.
public enum SkipReason: Hashable, Sendable {
  /// Another execution of the job holds its lock.
  case alreadyRunning
  /// `enabled: false` for the whole service.
  case serviceDisabled
  /// `enabled: false` for the job.
  case jobDisabled
  /// Before `start_time`.
  case notYetDue
  /// After `end_time`.
  case ended
  /// The timer has fired `max_executions` times.
  case exhausted
  /// The operator has switched the job off, for this reason.
  case switchedOff(SwitchedOff)
  /// `job_queue_size` executions wait already.
  case queueFull
  /// The retry that a shutdown cut off is due later than systemd's own wait takes.
  case retryNotYetDue
  /// systemd restarted a process that died, and the retry policy allows no further attempt.
  case nothingToRetry
  /// It was due before the timer was enabled.
  case dueBeforeEnabling
  /// It came due while the run before was still going.
  case dueDuringRun
  /// The instant that it was due for has been run.
  case alreadyRun
  /// It comes late, and `catch_up` is off.
  case missed
}

extension Outcome {
  /// What went wrong; nil where nothing did.
  public var failure: JobFailure? {
    switch self {
    case .succeeded, .skipped: nil
    case .failed(let failure, _): failure
    case .timedOut(let seconds):
      JobFailure(.timeout, "the execution took longer than timeout_seconds (\(seconds) s)")
    case .cancelled(let signal):
      JobFailure(.cancelled, signal == 2 ? "stopped by Ctrl-C" : "stopped by SIGTERM")
    case .interrupted:
      JobFailure(.cancelled, "interrupted: the system was shut down")
    }
  }

  /// The job's report, where there is one.
  public var report: JobReport? {
    switch self {
    case .succeeded(let report): report
    case .failed(_, let report): report
    case .timedOut, .cancelled, .interrupted, .skipped: nil
    }
  }
}
