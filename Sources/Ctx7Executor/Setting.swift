/// Where an execution runs: who waits for its next attempt, and what its exit status means, follow from that.
public enum Setting: Hashable, Sendable {
  /// Started by a systemd unit: the process exits with 75, and `Restart=` starts the next one.
  case unit
  /// Started by a person, a script or a container.
  case commandLine(RetryMode)
}
