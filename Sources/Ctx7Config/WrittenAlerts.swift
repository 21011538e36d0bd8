internal import Ctx7Model

/// When operators are told, as far as one layer of the configuration says it.
struct WrittenAlertPolicy {
  var consecutiveFailures: Int?
  var errorRatePercent: Double?
  var executionTimeMultiplier: Double?
  var memoryUsagePercent: Double?
  var cpuUsagePercent: Double?
  var repeatHours: Int?
  /// Names of sinks, and where they are written; only a job has them.
  var sinks: [String]?
  var sinksPosition: SourcePosition?

  /// What this layer leaves open is taken from the one below.
  func over(_ lower: AlertPolicy) -> AlertPolicy {
    AlertPolicy(
      consecutiveFailures: consecutiveFailures ?? lower.consecutiveFailures,
      errorRatePercent: errorRatePercent ?? lower.errorRatePercent,
      executionTimeMultiplier: executionTimeMultiplier ?? lower.executionTimeMultiplier,
      memoryUsagePercent: memoryUsagePercent ?? lower.memoryUsagePercent,
      cpuUsagePercent: cpuUsagePercent ?? lower.cpuUsagePercent,
      repeatHours: repeatHours ?? lower.repeatHours,
      sinks: sinks ?? lower.sinks)
  }
}

extension MappingReader {
  /// The section `alerts` at the top: thresholds of all jobs, and the sinks.
  func hostAlerts() -> (AlertPolicy, sinks: [AlertSinkSettings]) {
    let policy = thresholds().over(AlertPolicy())
    let sinks = mappings("sinks")?.compactMap { $0.alertSink() } ?? []
    if Set(sinks.map(\.name)).count < sinks.count {
      diagnostics.error(position(of: "sinks"), "sinks: two of them have the same name")
    }
    finish()
    return (policy, sinks)
  }

  /// The section `alerts` of a job: thresholds of its own, and which of the sinks are told.
  func jobAlerts() -> WrittenAlertPolicy {
    var policy = thresholds()
    policy.sinks = strings("sinks")
    policy.sinksPosition = position(of: "sinks")
    finish()
    return policy
  }

  private func thresholds() -> WrittenAlertPolicy {
    WrittenAlertPolicy(
      consecutiveFailures: integer("consecutive_failures", 1...1000),
      errorRatePercent: number("error_rate_percent", .between(0...100)),
      executionTimeMultiplier: number("execution_time_multiplier", .between(1...1000)),
      memoryUsagePercent: number("memory_usage_percent", .between(1...100)),
      cpuUsagePercent: number("cpu_usage_percent", .between(1...100)),
      repeatHours: integer("repeat_hours", 0...8760))
  }

  private enum SinkType: String, CaseIterable {
    case webhook
    case command
  }

  private func alertSink() -> AlertSinkSettings? {
    let name = string("name")
    let type = choice("type", SinkType.self)
    let timeout = integer("timeout_seconds", 1...300) ?? 10
    let severity = choice("minimum_severity", Alert.Severity.self) ?? .info
    let transport: AlertSinkSettings.Transport?
    switch type {
    case .webhook: transport = webhook().map(AlertSinkSettings.Transport.webhook)
    case .command:
      let argv = has("argv") ? commandLine("argv") : []
      if argv?.isEmpty == true {
        diagnostics.error(
          has("argv") ? position(of: "argv") : position,
          "a command sink needs argv: the program and its arguments")
      }
      transport = argv.map { .command(argv: $0) }
    case nil:
      missing("type", "a sink needs a type: webhook or command")
      return nil
    }
    if name == nil { missing("name", "a sink needs a name") }
    finish()
    guard let name, let transport else { return nil }
    return AlertSinkSettings(
      name: name, transport: transport, timeoutSeconds: timeout, minimumSeverity: severity)
  }

  private func webhook() -> WebhookSettings? {
    let webhook = WebhookSettings(
      url: string("url"), urlCredential: credential("url_credential"),
      secretCredential: credential("secret_credential"))
    guard has("url") != has("url_credential") else {
      diagnostics.error(
        position, "a webhook needs either url, or url_credential where the address itself is a secret")
      return nil
    }
    if let url = webhook.url, !url.hasPrefix("https://"), !url.hasPrefix("http://") {
      diagnostics.error(position(of: "url"), "url: '\(url)' begins neither with https:// nor with http://")
      return nil
    }
    if let url = webhook.url, let problem = PortNumber.problem(in: url) {
      diagnostics.error(position(of: "url"), "url: '\(url)' \(problem)")
      return nil
    }
    return webhook
  }

  /// The name of a file in the credentials directory.
  private func credential(_ key: String) -> String? {
    guard let name = string(key) else { return nil }
    // The name becomes a part of a unit.
    let isName = name.utf8.allSatisfy { byte in
      byte.isASCIIAlphanumeric || "_-.".utf8.contains(byte)
    }
    guard isName, !name.isEmpty, !name.hasPrefix("."), name.utf8.count <= 200 else {
      diagnostics.error(
        position(of: key),
        "\(key): '\(name)' is no name of a file in the credentials directory: letters, digits, '_', '.' and '-'"
      )
      return nil
    }
    return name
  }

  private func missing(_ key: String, _ message: String) {
    if !has(key) { diagnostics.error(position, message) }
  }
}
