/// Who waits for the next attempt of an execution that runs outside of units.
public enum RetryMode: String, CaseIterable, Sendable {
  /// This process does.
  case inline
  /// Nobody: the first attempt is the only one.
  case none
}
