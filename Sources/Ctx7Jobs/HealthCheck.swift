public import Ctx7Model

/// Asks everything that the jobs depend on how it is, and times the answers.
public struct HealthCheck: Job {
  /// How something is doing.
  public enum Status: String, Comparable, Sendable {
    case healthy
    case degraded
    case unhealthy

    /// Orders from healthy to unhealthy.
    public static func < (left: Status, right: Status) -> Bool { left.severity < right.severity }

    private var severity: Int {
      switch self {
      case .healthy: 0
      case .degraded: 1
      case .unhealthy: 2
      }
    }
  }

  /// What a probe found.
  public struct Finding: Sendable {
    /// What the probe came to.
    public var status: Status
    /// A few words, or the reason why the status is not healthy.
    public var details: String
    /// Measured values that the probe's PIPELINE_METRICS line ends with.
    public var figures: [PipelineMetrics.Field]

    /// Creates a finding.
    public init(_ status: Status, _ details: String, figures: [PipelineMetrics.Field] = []) {
      self.status = status
      self.details = details
      self.figures = figures
    }
  }

  /// One thing to ask.
  public struct Probe: Sendable {
    /// As in the step `health_check_NAME`.
    public var name: String
    /// Whether the jobs cannot work without it: it then decides between degraded and unhealthy.
    public var isVital: Bool
    /// Asks; what it throws makes the probe unhealthy.
    public var ask: @Sendable () async throws -> Finding

    /// Creates a probe.
    public init(_ name: String, isVital: Bool, ask: @escaping @Sendable () async throws -> Finding) {
      self.name = name
      self.isVital = isVital
      self.ask = ask
    }
  }

  private let probes: [Probe]
  private let metrics: @Sendable () throws -> [PipelineMetrics]
  private let pause: Duration

  /// Creates the job with the probes that fit this host.
  ///
  /// - Parameters:
  ///   - pause: between two reports of a wait for the same probe.
  ///   - metrics: the metrics of all jobs, which each run exports to the log.
  public init(
    probes: [Probe], pause: Duration = .seconds(60),
    metrics: @escaping @Sendable () throws -> [PipelineMetrics]
  ) {
    self.probes = probes
    self.metrics = metrics
    self.pause = pause
  }

  /// Does the work of one execution.
  public func run(_ context: JobContext) async throws -> JobReport {
    context.emit(
      "health_check_job_start",
      ["correlation_id": context.correlation, "job_id": .text(context.jobID.rawValue)])
    let start = context.uptimeMilliseconds()
    do {
      return try await checkAll(context, since: start)
    } catch {
      context.emit(
        "health_check_job_error", level: .warning,
        [
          "correlation_id": context.correlation, "duration_ms": context.duration(since: start),
          "error": .text(String(describing: error)),
        ])
      throw error
    }
  }

  private func checkAll(_ context: JobContext, since start: Int64) async throws -> JobReport {
    var overall = Status.healthy
    var checks: [JSONValue.Member] = []
    var troubles: [String] = []
    for probe in probes {
      try Task.checkCancellation()
      let (finding, milliseconds) = try await ask(probe, context)
      overall = max(overall, probe.isVital ? finding.status : min(finding.status, .degraded))
      if finding.status != .healthy { troubles.append("\(probe.name): \(finding.details)") }
      checks.append(
        .init(
          probe.name,
          [
            "status": .string(finding.status.rawValue), "response_time_ms": JSONValue(milliseconds),
            "details": .string(finding.details), "timestamp": JSONValue(context.now()),
          ]))
    }
    try metrics().forEach(context.emit)
    let duration = context.uptimeMilliseconds() - start
    context.emit(
      "health_check_job_complete",
      [
        "correlation_id": context.correlation, "duration_ms": .integer(Int(duration)),
        "overall_health": .text(overall.rawValue), "total_checks": .integer(probes.count),
      ])
    let healthy = probes.count - troubles.count
    return JobReport(
      recordsProcessed: healthy, recordsFailed: troubles.count,
      summary: "\(overall.rawValue), \(healthy) of \(probes.count) checks healthy",
      result: [
        "overall_health": .string(overall.rawValue),
        "health_checks": .object(checks),
        "summary": [
          "total_checks": JSONValue(probes.count), "healthy_checks": JSONValue(healthy),
          "duration_ms": JSONValue(duration),
        ],
      ],
      failure: overall == .unhealthy
        ? JobFailure(.service, "unhealthy: \(troubles.joined(separator: "; "))") : nil)
  }

  /// - Throws: only `CancellationError`; whatever else goes wrong is a finding.
  private func ask(_ probe: Probe, _ context: JobContext) async throws -> (Finding, milliseconds: Int64) {
    let start = context.uptimeMilliseconds()
    let finding: Finding
    do {
      // A service may take longer to answer than the watchdog waits.
      finding = try await context.reporting("asking \(probe.name)", every: pause, probe.ask)
    } catch {
      try Task.checkCancellation()
      finding = Finding(.unhealthy, String(describing: error))
    }
    let milliseconds = context.uptimeMilliseconds() - start
    context.emit(
      PipelineMetrics(
        "health_check_\(probe.name)", level: finding.status == .healthy ? .info : .warning,
        fields: [
          .init("correlation_id", context.correlation), .init("duration_ms", .integer(Int(milliseconds))),
          .init("status", .text(finding.status.rawValue)),
        ] + finding.figures))
    return (finding, milliseconds)
  }
}
