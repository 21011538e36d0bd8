/// When operators are told of a job, and by which sinks.
public struct AlertPolicy: Hashable, Sendable {
  /// Failures in a row from which on an alert is critical, ≥ 1.
  public var consecutiveFailures: Int
  /// Failed attempts in percent of the latest twenty from which on an alert is due, once there are ten.
  public var errorRatePercent: Double
  /// How many times its average an execution may take.
  public var executionTimeMultiplier: Double
  /// The largest resident set in percent of the host's memory.
  public var memoryUsagePercent: Double
  /// CPU time in percent of all cores, of executions that take ten seconds or more.
  public var cpuUsagePercent: Double
  /// Hours after which an alert about the same condition is repeated; 0 is never.
  public var repeatHours: Int
  /// The names of the sinks; nil means all.
  public var sinks: [String]?

  /// Creates a policy; the thresholds are those of the reference.
  public init(
    consecutiveFailures: Int = 3, errorRatePercent: Double = 25, executionTimeMultiplier: Double = 3,
    memoryUsagePercent: Double = 80, cpuUsagePercent: Double = 80, repeatHours: Int = 24,
    sinks: [String]? = nil
  ) {
    self.consecutiveFailures = consecutiveFailures
    self.errorRatePercent = errorRatePercent
    self.executionTimeMultiplier = executionTimeMultiplier
    self.memoryUsagePercent = memoryUsagePercent
    self.cpuUsagePercent = cpuUsagePercent
    self.repeatHours = repeatHours
    self.sinks = sinks
  }

  /// The policy as stored with the job.
  public var json: JSONValue {
    [
      "consecutive_failures": JSONValue(consecutiveFailures),
      "error_rate_percent": .number(errorRatePercent),
      "execution_time_multiplier": .number(executionTimeMultiplier),
      "memory_usage_percent": .number(memoryUsagePercent),
      "cpu_usage_percent": .number(cpuUsagePercent),
      "repeat_hours": JSONValue(repeatHours),
      "sinks": sinks.map { .array($0.map { .string($0) }) } ?? .null,
    ]
  }

  /// Reads what `json` wrote.
  public init(json: JSONValue) throws(StoredConfigError) {
    self.init(
      consecutiveFailures: try json.required("consecutive_failures", \.integer),
      errorRatePercent: try json.required("error_rate_percent", \.number),
      executionTimeMultiplier: try json.required("execution_time_multiplier", \.number),
      memoryUsagePercent: try json.required("memory_usage_percent", \.number),
      cpuUsagePercent: try json.required("cpu_usage_percent", \.number),
      repeatHours: try json.required("repeat_hours", \.integer),
      sinks: try json.optional("sinks") { $0.array?.compactMap(\.string) })
  }
}

/// Where alerts are sent besides the journal, which always has them.
public struct AlertSinkSettings: Hashable, Sendable {
  /// How a sink is reached.
  public enum Transport: Hashable, Sendable {
    /// A POST of the alert's JSON. The URL is either given, or read from a credential when it holds a secret.
    /// With a key the request carries its HMAC-SHA256 (RFC 2104).
    case webhook(WebhookSettings)
    /// A program, started without a shell, that reads the alert's JSON from its standard input.
    case command(argv: [String])
  }

  /// As jobs and people call it.
  public var name: String
  /// How it is reached.
  public var transport: Transport
  /// The longest that one delivery may take, in seconds.
  public var timeoutSeconds: Int
  /// Alerts below this are not sent there.
  public var minimumSeverity: Alert.Severity

  /// Creates settings.
  public init(
    name: String, transport: Transport, timeoutSeconds: Int = 10, minimumSeverity: Alert.Severity = .info
  ) {
    self.name = name
    self.transport = transport
    self.timeoutSeconds = timeoutSeconds
    self.minimumSeverity = minimumSeverity
  }
}

/// Where a webhook is, and what it is signed with.
public struct WebhookSettings: Hashable, Sendable {
  /// The address; nil when it is the content of a credential.
  public var url: String?
  /// The credential that holds the address.
  public var urlCredential: String?
  /// The credential that holds the key of the signature; nil sends none.
  public var secretCredential: String?

  /// Creates settings.
  public init(url: String? = nil, urlCredential: String? = nil, secretCredential: String? = nil) {
    self.url = url
    self.urlCredential = urlCredential
    self.secretCredential = secretCredential
  }

  /// The credentials that it needs, by name.
  public var credentials: [String] { [urlCredential, secretCredential].compactMap { $0 } }
}

extension AlertSinkSettings {
  /// The settings as stored with the job; secrets are named, never held.
  public var json: JSONValue {
    var members: [JSONValue.Member] = [.init("name", .string(name))]
    switch transport {
    case .webhook(let webhook):
      members += [
        .init("type", "webhook"), .init("url", JSONValue(webhook.url)),
        .init("url_credential", JSONValue(webhook.urlCredential)),
        .init("secret_credential", JSONValue(webhook.secretCredential)),
      ]
    case .command(let argv):
      members += [.init("type", "command"), .init("argv", .array(argv.map { .string($0) }))]
    }
    return .object(
      members + [
        .init("timeout_seconds", JSONValue(timeoutSeconds)),
        .init("minimum_severity", .string(minimumSeverity.rawValue)),
      ])
  }

  /// Reads what `json` wrote.
  public init(json: JSONValue) throws(StoredConfigError) {
    let transport: Transport
    switch try json.required("type", \.string) {
    case "command":
      transport = .command(argv: try json.required("argv") { $0.array?.compactMap(\.string) })
    case "webhook":
      transport = .webhook(
        WebhookSettings(
          url: try json.optional("url", \.string),
          urlCredential: try json.optional("url_credential", \.string),
          secretCredential: try json.optional("secret_credential", \.string)))
    default: throw StoredConfigError(key: "type")
    }
    self.init(
      name: try json.required("name", \.string), transport: transport,
      timeoutSeconds: try json.required("timeout_seconds", \.integer),
      minimumSeverity: try json.required("minimum_severity") { $0.string.flatMap(Alert.Severity.init) })
  }
}
