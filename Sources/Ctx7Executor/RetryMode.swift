/// Who waits for the next attempt of an execution that runs outside of units.
public enum RetryMode: String, CaseIterable, Sendable {
  /// This process does.
  case inline
  /// Whoever started this process, by starting it again after exit status 75.
  case service
  /// Nobody: the first attempt is the only one.
  case none
}
