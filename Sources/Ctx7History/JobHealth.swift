public import Ctx7Model

/// How a job is doing, and why: by its latest attempts and by its own schedule.
public struct JobHealth: Hashable, Sendable {
  /// The job.
  public let jobID: JobID
  /// The worst that was found; `unknown` before the first execution.
  public let status: JobMetrics.Health
  /// What was found, in sentences; empty when all is well.
  public let reasons: [String]
  /// Whether the job is off, and so counts for nothing.
  public let isOff: Bool

  /// The status as people read it: that of a job that is off says so.
  public var word: String { isOff ? "off" : status.rawValue }

  /// What is known of a job.
  public struct Facts: Sendable {
    /// The job as it was generated.
    public var job: ResolvedJob
    /// Nil before the first execution.
    public var metrics: JobMetrics?
    /// How its latest attempts have ended.
    public var recent: RecentAttempts
    /// When the job was generated as it is.
    public var generatedAt: Timestamp?
    /// Why the operator has switched it off; nil when it is on.
    public var switchedOff: SwitchedOff?
    /// The latest attempt that has ended.
    public var latest: ExecutionRecord?
    /// When the latest attempt began that works or waits for its turn; nil when none does.
    public var openSince: Timestamp?
    /// The zone of its schedule.
    public var zone: ZoneRules
    /// What systemd says of its units; nil when all is well, or no systemd answers.
    public var unitFault: UnitFault?
    /// Whose job it is, for hints.
    public var scope: Scope

    /// Creates facts.
    public init(
      job: ResolvedJob, metrics: JobMetrics?, recent: RecentAttempts = RecentAttempts(),
      generatedAt: Timestamp?,
      switchedOff: SwitchedOff?,
      latest: ExecutionRecord?, openSince: Timestamp? = nil, zone: ZoneRules, unitFault: UnitFault? = nil,
      scope: Scope = .system
    ) {
      self.job = job
      self.metrics = metrics
      self.recent = recent
      self.generatedAt = generatedAt
      self.switchedOff = switchedOff
      self.latest = latest
      self.openSince = openSince
      self.zone = zone
      self.unitFault = unitFault
      self.scope = scope
    }
  }

  /// Judges a job at an instant.
  public init(_ facts: Facts, at now: Timestamp) {
    let config = facts.job.config
    jobID = config.id
    if let reason = facts.offReason {
      (status, reasons, isOff) = (.unknown, [reason], true)
      return
    }
    isOff = false
    let findings = [
      facts.unitFinding(at: now), facts.failures, facts.errorRate, facts.slowness, facts.staleness(at: now),
    ].compactMap { $0 }
    let worst: JobMetrics.Health =
      findings.contains { $0.isSevere } ? .unhealthy : findings.isEmpty ? .healthy : .degraded
    status = findings.isEmpty && (facts.metrics?.totalExecutions ?? 0) == 0 ? .unknown : worst
    reasons = findings.map(\.words) + (facts.isOver(at: now) ? ["its schedule has no further firing"] : [])
  }

  /// The health as programs read it.
  public var json: JSONValue {
    [
      "job_id": .string(jobID.rawValue), "health_status": .string(status.rawValue), "disabled": .bool(isOff),
      "reasons": .array(reasons.map { .string($0) }),
    ]
  }

  /// All jobs together: healthy when all are; unhealthy when some job is, and no more than half are healthy; else
  /// degraded. Jobs that are off or have not run yet do not count.
  public static func overall(_ jobs: [JobHealth]) -> JobMetrics.Health {
    let judged = jobs.filter { $0.status != .unknown }
    let healthy = judged.count { $0.status == .healthy }
    if judged.isEmpty { return .unknown }
    if healthy == judged.count { return .healthy }
    return judged.contains { $0.status == .unhealthy } && healthy * 2 <= judged.count ? .unhealthy : .degraded
  }
}

extension JobHealth.Facts {
  fileprivate struct Finding {
    let words: String
    var isSevere = false
  }

  /// A timer without a further firing may be stopped.
  fileprivate func unitFinding(at now: Timestamp) -> Finding? {
    if case .timerInactive = unitFault, isOver(at: now) { return nil }
    return unitFault.map { Finding(words: $0.reason(of: job.config.id, scope: scope), isSevere: true) }
  }

  fileprivate func isOver(at now: Timestamp) -> Bool { job.config.schedule.isOver(at: now, in: zone) }

  fileprivate var offReason: String? {
    if !job.host.enabled { return "all jobs are turned off (enabled: false)" }
    if !job.config.enabled { return "turned off in the configuration (enabled: false)" }
    return switchedOff?.inWords(after: "switched off")
  }

  fileprivate var failures: Finding? {
    guard let count = metrics?.consecutiveFailures, count > 0 else { return nil }
    let last =
      (latest?.status == .cancelled ? nil : latest?.ending?.failure).map {
        ", the last one with \($0.errorClass.rawValue): \($0.message)"
      } ?? ""
    return Finding(
      words: "\(count.counted("failure")) in a row\(last)",
      isSevere: count >= job.config.alerts.consecutiveFailures)
  }

  fileprivate var errorRate: Finding? {
    guard let rate = recent.errorRate(reaching: job.config.alerts.errorRatePercent) else { return nil }
    return Finding(words: "\(rate.formatted(decimals: 1)) % of its latest \(recent.ended) attempts failed")
  }

  /// By the latest execution alone: one that was slow long ago tells nothing.
  fileprivate var slowness: Finding? {
    guard let duration = latest?.ending?.durationSeconds,
      let average = metrics?.averageSeconds(
        exceededBy: duration, times: job.config.alerts.executionTimeMultiplier)
    else { return nil }
    return Finding(
      words: "the latest execution took \(duration.asDuration), \(average.asDuration) on average")
  }

  /// Late is a job whose next firing after its latest execution is well past; two of them missed are worse.
  fileprivate func staleness(at now: Timestamp) -> Finding? {
    guard let began = [lastBeginning, generatedAt].compactMap({ $0 }).max(),
      // Before its start_time it is not due at all, and at that instant it may be.
      let due = next(after: max(began, job.config.schedule.startTime?.adding(milliseconds: -1) ?? began)),
      due <= now, job.config.schedule.endTime.map({ due <= $0 }) ?? true
    else { return nil }
    let period = max(60, (next(after: due).map { $0.seconds - due.seconds } ?? 86_400))
    let grace = min(3600, max(120, period / 10)) + Int64(job.config.schedule.jitterSeconds)
    guard now > due.adding(seconds: grace) else { return nil }
    let last = lastBeginning.map { "its last execution began \($0)" } ?? "it has never run"
    return Finding(
      words: "\(last), and it was due \(due)", isSevere: now > due.adding(seconds: period * 2 + grace))
  }

  /// When the latest attempt began; one that is open is counted when it ends.
  private var lastBeginning: Timestamp? { [metrics?.lastExecutionAt, openSince].compactMap { $0 }.max() }

  private func next(after instant: Timestamp) -> Timestamp? {
    let triggers = job.config.schedule.triggers(in: zone, from: instant)
    if let interval = triggers.intervalSeconds { return instant.adding(seconds: Int64(interval)) }
    return triggers.next(after: instant, in: zone)
  }
}
