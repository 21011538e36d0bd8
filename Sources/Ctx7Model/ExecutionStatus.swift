/// The state of one attempt, as stored in `background_job_executions.status`.
public enum ExecutionStatus: String, CaseIterable, Sendable {
  /// Waiting for one of the host's slots.
  case pending
  case running
  case completed
  /// Failed for good.
  case failed
  case cancelled
  /// Failed, and another attempt is due at `next_attempt_at`.
  case retry

  /// Whether the attempt has not ended.
  public var isOpen: Bool { self == .pending || self == .running }
}
