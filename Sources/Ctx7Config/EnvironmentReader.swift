internal import Ctx7Model

/// Reads environment variables as values of the configuration; they win over every file.
final class EnvironmentReader {
  private let values: [String: String]
  private let diagnostics: Diagnostics
  private var known = others

  /// What programs of ours read by themselves, and what a command job and a command of an alert find, which may run one.
  private static let others = [
    "AI_OPENAI_API_KEY", "CONTEXT7_API_KEY", "CTX7_API_TOKENS", "CTX7_CONFIG", "CTX7_LOG", "CTX7_STATE_DIR",
    "CTX7_ALERT_SEVERITY", "CTX7_ALERT_TYPE", "CTX7_CORRELATION_ID", "CTX7_EXECUTION_ID", "CTX7_JOB_ID",
    "CTX7_REPORT_FD", "CTX7_RETRY_COUNT", "CTX7_STARTED_AT",
  ]
  private static let prefixes = ["AI_OLLAMA_", "AI_OPENAI_", "BG_JOBS_", "CONTEXT7_", "CTX7_"]
  /// The secrets of alert sinks, which name them.
  private static let secrets = "CTX7_CREDENTIAL_"

  init(_ values: [String: String], _ diagnostics: Diagnostics) {
    self.values = values
    self.diagnostics = diagnostics
  }

  /// Lays the `BG_JOBS_*` variables over the host settings.
  func apply(to host: inout WrittenHost) {
    host.settings.enabled = bool("BG_JOBS_ENABLED") ?? host.settings.enabled
    host.settings.maxConcurrentJobs =
      integer("BG_JOBS_MAX_CONCURRENT", HostRange.concurrentJobs) ?? host.settings.maxConcurrentJobs
    host.settings.jobQueueSize =
      integer("BG_JOBS_QUEUE_SIZE", HostRange.queue) ?? host.settings.jobQueueSize
    host.settings.historyRetentionDays =
      integer("BG_JOBS_HISTORY_RETENTION", HostRange.retention) ?? host.settings.historyRetentionDays
    host.healthCheckInterval =
      interval("BG_JOBS_HEALTH_CHECK_INTERVAL", HostRange.healthInterval) ?? host.healthCheckInterval
    host.metricsInterval =
      interval("BG_JOBS_METRICS_INTERVAL", HostRange.metricsInterval) ?? host.metricsInterval
    if integer("BG_JOBS_SCHEDULER_INTERVAL", HostRange.schedulerInterval) != nil {
      diagnostics.note(nil, "environment: BG_JOBS_SCHEDULER_INTERVAL \(WrittenHost.schedulerNote)")
    }
  }

  /// The `CTX7_*` variables: parameters of all cleanup and all refresh jobs.
  func parameters() -> (cleanup: WrittenParameters, refresh: WrittenParameters) {
    let targets = strings("CTX7_TARGET_WORKSPACES")
    let excluded = strings("CTX7_EXCLUDED_WORKSPACES")
    let concurrency = integer("CTX7_MAX_CONCURRENT_WORKSPACE_JOBS", ParameterRange.workspaceJobs)
    return (
      WrittenParameters(
        batchSize: integer("CTX7_TTL_CLEANUP_BATCH_SIZE", ParameterRange.cleanupBatch),
        maxAgeDays: integer("CTX7_TTL_CLEANUP_MAX_AGE_DAYS", ParameterRange.days),
        targetWorkspaces: targets, excludedWorkspaces: excluded, maxConcurrentWorkspaceJobs: concurrency),
      WrittenParameters(
        batchSize: integer("CTX7_REFRESH_BATCH_SIZE", ParameterRange.refreshBatch),
        maxAgeDays: integer("CTX7_REFRESH_MAX_AGE_DAYS", ParameterRange.days),
        thresholdDays: integer("CTX7_REFRESH_THRESHOLD_DAYS", ParameterRange.days),
        minimumQualityScore: number("CTX7_MINIMUM_QUALITY_SCORE", ParameterRange.quality),
        skipRecentUpdates: bool("CTX7_SKIP_RECENT_UPDATES"),
        rateLimitDelaySeconds: number("CTX7_RATE_LIMIT_DELAY_SECONDS", ParameterRange.rateDelay),
        targetWorkspaces: targets, excludedWorkspaces: excluded, maxConcurrentWorkspaceJobs: concurrency)
    )
  }

  private func interval(_ name: String, _ range: ClosedRange<Int>) -> WrittenInterval? {
    integer(name, range).map { WrittenInterval(seconds: $0, name: "environment: \(name)", position: nil) }
  }

  /// Counts variables as known that are not to be read.
  func accept(_ names: String...) { known += names }

  /// Warns of variables that look like ours and are not.
  func finish() {
    for name in values.keys.sorted()
    where Self.prefixes.contains(where: name.hasPrefix) && !name.hasPrefix(Self.secrets)
      && !known.contains(name)
    {
      let hint = nearest(to: name).map { "; did you mean \($0)?" } ?? ""
      diagnostics.warning(nil, "environment: \(name) is no variable of ctx7-jobs\(hint)")
    }
  }

  /// The same behind another prefix, or what is near behind the same one: the prefixes are long, and would make any
  /// two names alike.
  private func nearest(to name: String) -> String? {
    guard let prefix = Self.prefixes.first(where: name.hasPrefix) else { return nil }
    let rest = String(name.dropFirst(prefix.count))
    if let twin = known.first(where: { other in Self.prefixes.contains { other == $0 + rest } }) {
      return twin
    }
    let others = known.filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }
    return Nearest.word(to: rest, among: others).map { prefix + $0 }
  }

  /// One that is empty is as good as none.
  func text(_ name: String) -> String? {
    known.append(name)
    return values[name].flatMap { $0.isEmpty ? nil : $0 }
  }

  func integer(_ name: String, _ range: ClosedRange<Int>) -> Int? {
    value(name) { text throws(ScalarText.Refusal) in try text.integer(range) }
  }

  func number(_ name: String, _ allowed: ScalarText.Numbers) -> Double? {
    value(name) { text throws(ScalarText.Refusal) in try text.number(allowed) }
  }

  func bool(_ name: String) -> Bool? {
    text(name).flatMap { text in
      switch text.lowercased() {
      case "true", "1", "yes", "on": return true
      case "false", "0", "no", "off": return false
      default:
        diagnostics.error(nil, "environment: \(name): '\(text)' is neither true nor false")
        return nil
      }
    }
  }

  /// A problem between several variables.
  func report(_ problem: String) {
    diagnostics.error(nil, "environment: \(problem)")
  }

  /// The base of a service's URLs.
  func url(_ name: String) -> String? {
    value(name) { text throws(ScalarText.Refusal) in try text.base() }
  }

  private func value<Value>(_ name: String, _ read: (ScalarText) throws(ScalarText.Refusal) -> Value)
    -> Value?
  {
    guard let text = text(name) else { return nil }
    do {
      return try read(ScalarText(text))
    } catch {
      diagnostics.error(nil, "environment: \(name): \(error)")
      return nil
    }
  }

  func choice<Value: RawRepresentable & CaseIterable>(_ name: String, _ type: Value.Type) -> Value?
  where Value.RawValue == String {
    text(name).flatMap { text in
      if let value = Value(rawValue: text) { return value }
      let words = Value.allCases.map(\.rawValue).joined(separator: ", ")
      diagnostics.error(nil, "environment: \(name): '\(text)' is not one of \(words)")
      return nil
    }
  }

  /// A list, separated by commas.
  private func strings(_ name: String) -> [String]? {
    let names = text(name)?.split { $0 == "," || $0 == " " }.map(String.init)
    return names?.isEmpty == true ? nil : names
  }
}
