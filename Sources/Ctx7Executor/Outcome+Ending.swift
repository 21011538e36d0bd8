public import Ctx7Model

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
}
