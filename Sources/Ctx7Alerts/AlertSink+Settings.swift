public import Ctx7Executor
public import Ctx7Model
internal import FoundationEssentials

extension AlertSink {
  /// The sink that the settings describe; secrets are read when an alert is sent.
  ///
  /// - Parameter waitsForCredentials: whether a secret that is missing leaves alerts to the next process, as none
  ///   has been tried; otherwise it is a failed delivery.
  public init(_ settings: AlertSinkSettings, credentials: Credentials, waitsForCredentials: Bool = false) {
    self.init(
      name: settings.name, timeoutSeconds: settings.timeoutSeconds, minimumSeverity: settings.minimumSeverity,
      obstacle: {
        guard waitsForCredentials else { return nil }
        do throws(MissingCredential) {
          for name in settings.credentialNames { _ = try credentials.secret(name) }
          return nil
        } catch { return error.description }
      }
    ) { alert, seconds in
      let host = ProcessInfo.processInfo.hostName
      switch settings.transport {
      case .webhook(let webhook):
        try await Webhook(webhook, timeoutSeconds: seconds, credentials: credentials, host: host).post(alert)
      case .command(let argv):
        try await AlertCommand(argv: argv, timeoutSeconds: seconds, host: host).run(alert)
      }
    }
  }
}

extension AlertSinkSettings {
  /// The secrets that it takes to send something there.
  var credentialNames: [String] {
    guard case .webhook(let webhook) = transport else { return [] }
    return [webhook.urlCredential, webhook.secretCredential].compactMap(\.self)
  }
}

extension Alert {
  /// The JSON that sinks are given. Several hosts may tell one receiver, each with numbers of its own, and what
  /// was delivered may come once more.
  func message(from host: String) -> String {
    guard case .object(let members) = json else { preconditionFailure("an alert's JSON is an object") }
    return JSONValue.object(members + [.init("host", .string(host))]).description
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
