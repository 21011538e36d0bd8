public import Ctx7Model

extension Outcome {
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
