internal import Ctx7History
internal import Ctx7Model

/// Which alerts an attempt that has been closed gives rise to. Pure.
struct AlertRules {
  let job: JobConfig
  let record: ExecutionRecord
  /// Of the job, the attempt included.
  let metrics: JobMetrics
  /// The attempt included; none where none of the job has failed.
  let recent: RecentAttempts
  let host: HostCapacity

  /// Executions below this tell nothing about CPU usage: start-up alone keeps a core busy.
  private static let minimumSecondsForCPU = 10.0

  private var policy: AlertPolicy { job.alerts }

  /// The conditions that this attempt shows to be over.
  var endedConditions: [Alert.Kind] {
    guard record.status == .completed else { return [] }
    return (degradations.isEmpty ? [.degradation] : []) + [.failure]
      + (usedMostOfTimeout ? [] : [.timeoutWarning])
  }

  /// The alerts, in the order in which they are told.
  ///
  /// - Parameter ended: the conditions that had held and are over.
  func alerts(ended: Set<Alert.Kind>, at now: Timestamp) -> [Alert] {
    var alerts: [Alert] = []
    switch record.status {
    case .failed where job.alertOnFailure: alerts.append(failure(now))
    case .completed:
      if ended.contains(.failure) { alerts.append(recovery(now)) }
      if job.alertOnSuccess { alerts.append(success(now)) }
      if let alert = degradation(now) { alerts.append(alert) }
    case .failed, .pending, .running, .cancelled, .retry: break
    }
    return alerts
  }

  private func failure(_ now: Timestamp) -> Alert {
    let isCritical = metrics.consecutiveFailures >= policy.consecutiveFailures
    let failure = record.ending?.failure
    return alert(
      .failure, isCritical ? .critical : .error,
      "\(job.id) failed: \(failure?.message ?? "for an unknown reason")",
      [
        .init("retry_count", JSONValue(record.retryCount)),
        .init("consecutive_failures", JSONValue(metrics.consecutiveFailures)),
        .init("duration_seconds", JSONValue(record.ending?.durationSeconds)),
        .init("error_class", JSONValue(failure?.errorClass.rawValue)),
        .init("error_details", failure?.details ?? .null),
      ], now)
  }

  private func recovery(_ now: Timestamp) -> Alert {
    alert(.recovery, .info, "\(job.id) succeeds again", figures, now)
  }

  private func success(_ now: Timestamp) -> Alert {
    let duration = (record.ending?.durationSeconds ?? 0).asDuration
    return alert(.success, .info, "\(job.id) completed in \(duration)", figures, now)
  }

  private func degradation(_ now: Timestamp) -> Alert? {
    let found = degradations
    guard !found.isEmpty else { return nil }
    return alert(
      .degradation, .warning,
      "\(job.id) is doing worse than usual: \(found.map(\.words).joined(separator: "; "))",
      found.map { .init($0.name, ["value": .number($0.value), "threshold": .number($0.threshold)]) }, now)
  }

  private struct Degradation {
    let name: String
    let value: Double
    let threshold: Double
    let words: String
  }

  private var degradations: [Degradation] {
    [slowness, errorRate, memory, cpu].compactMap { $0 }
  }

  private var slowness: Degradation? {
    guard let duration = record.ending?.durationSeconds,
      let average = metrics.averageSeconds(exceededBy: duration, times: policy.executionTimeMultiplier)
    else { return nil }
    return Degradation(
      name: "duration_seconds", value: duration, threshold: average * policy.executionTimeMultiplier,
      words: "it took \(duration.asDuration), \(average.asDuration) on average")
  }

  private var errorRate: Degradation? {
    guard let rate = recent.errorRate(reaching: policy.errorRatePercent) else { return nil }
    return Degradation(
      name: "error_rate_percent", value: rate, threshold: policy.errorRatePercent,
      words: "\(rate.formatted(decimals: 1)) % of its latest \(recent.ended) attempts failed")
  }

  private var memory: Degradation? {
    guard let used = record.ending?.memoryMB, let all = host.memoryMB, all > 0,
      used * 100 / all >= policy.memoryUsagePercent
    else { return nil }
    return Degradation(
      name: "memory_usage_percent", value: used * 100 / all, threshold: policy.memoryUsagePercent,
      words: "it used \(used.formatted(decimals: 0)) MB of \(all.formatted(decimals: 0)) MB memory")
  }

  private var cpu: Degradation? {
    guard let duration = record.ending?.durationSeconds, duration >= Self.minimumSecondsForCPU,
      let usage = record.ending?.cpuPercent, usage / Double(host.cores) >= policy.cpuUsagePercent
    else { return nil }
    let percent = usage / Double(host.cores)
    return Degradation(
      name: "cpu_usage_percent", value: percent, threshold: policy.cpuUsagePercent,
      words: "it used \(percent.formatted(decimals: 0)) % of all cores")
  }

  private var usedMostOfTimeout: Bool {
    (record.ending?.durationSeconds ?? 0) > Double(job.timeoutSeconds) * Self.timeoutWarningShare
  }

  /// The share of `timeout_seconds` after which a warning is due.
  static let timeoutWarningShare = 0.9

  private var figures: [JSONValue.Member] {
    [
      .init("duration_seconds", JSONValue(record.ending?.durationSeconds)),
      .init("records_processed", JSONValue(record.ending?.recordsProcessed ?? 0)),
    ]
  }

  private func alert(
    _ kind: Alert.Kind, _ severity: Alert.Severity, _ message: String, _ details: [JSONValue.Member],
    _ now: Timestamp
  ) -> Alert {
    Alert(
      kind, severity, jobID: job.id, executionID: record.id, message: message, details: .object(details),
      timestamp: now)
  }
}
