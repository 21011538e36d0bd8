public import Ctx7Executor
public import Ctx7Model

extension AlertSink {
  /// The sink that the settings describe; secrets are read when an alert is sent.
  public init(_ settings: AlertSinkSettings, credentials: Credentials) {
    self.init(
      name: settings.name, timeoutSeconds: settings.timeoutSeconds, minimumSeverity: settings.minimumSeverity
    ) { alert in
      switch settings.transport {
      case .webhook(let webhook):
        try await Webhook(webhook, timeoutSeconds: settings.timeoutSeconds, credentials: credentials).post(
          alert)
      case .command(let argv):
        try await AlertCommand(argv: argv, timeoutSeconds: settings.timeoutSeconds).run(alert)
      }
    }
  }
}

/// What a sink did instead of taking an alert.
public struct AlertSinkError: Error, CustomStringConvertible {
  /// The text for people; it holds no secret.
  public let description: String

  init(_ description: String) {
    self.description = description
  }
}
