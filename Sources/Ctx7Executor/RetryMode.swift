/// Who waits for the next attempt.
public enum RetryMode: String, CaseIterable, Sendable {
  /// This process does.
  case inline
  /// systemd does: the process exits with 75, and `Restart=` starts the next one.
  case service
  /// Nobody: the first attempt is the only one.
  case none
}
