public import Ctx7Model

/// Where alerts are sent besides the journal.
public struct AlertSink: Sendable {
  /// As configured.
  public let name: String
  /// The longest that one delivery may take, in seconds.
  public let timeoutSeconds: Int
  /// Alerts below this are not sent there.
  public let minimumSeverity: Alert.Severity
  /// Why this process can send nothing there, which leaves alerts to the next one; nil when it can.
  public let obstacle: @Sendable () -> String?
  /// Delivers an alert within so many seconds, `timeoutSeconds` at most, or throws. What it throws makes the delivery
  /// be tried again later.
  public let send: @Sendable (Alert, _ seconds: Int) async throws -> Void

  /// Creates a sink.
  public init(
    name: String, timeoutSeconds: Int, minimumSeverity: Alert.Severity = .info,
    obstacle: @escaping @Sendable () -> String? = { nil },
    send: @escaping @Sendable (Alert, _ seconds: Int) async throws -> Void
  ) {
    self.name = name
    self.timeoutSeconds = timeoutSeconds
    self.minimumSeverity = minimumSeverity
    self.obstacle = obstacle
    self.send = send
  }
}
