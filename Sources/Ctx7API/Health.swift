internal import Ctx7History
internal import Ctx7Model

/// How all jobs are doing, read at one moment.
struct Health {
  let jobs: [ResolvedJob]
  let metrics: [JobID: JobMetrics]
  /// Executions that work.
  let running: Int
  /// Executions that wait for a slot.
  let waiting: Int

  init(_ service: Service) throws {
    let history = try service.records.history()
    jobs = try history.jobs()
    metrics = Dictionary(uniqueKeysWithValues: try history.metrics().map { ($0.jobID, $0) })
    let open = try service.running()
    running = open.count { $0.status == .running }
    waiting = open.count { $0.status == .pending }
  }

  func metrics(of job: ResolvedJob) -> JobMetrics {
    metrics[job.config.id] ?? JobMetrics(jobID: job.config.id)
  }

  /// All healthy is healthy, more than half is degraded, anything less is unhealthy; jobs that never ran do not count.
  var overall: JobMetrics.Health {
    let known = jobs.map { metrics(of: $0).health }.filter { $0 != .unknown }
    guard !known.isEmpty else { return .unknown }
    let healthy = known.count { $0 == .healthy }
    if healthy == known.count { return .healthy }
    return healthy * 2 > known.count ? .degraded : .unhealthy
  }

  /// By job, under the reference's names.
  var json: JSONValue {
    .object(
      jobs.map { job in
        let metrics = metrics(of: job)
        return .init(
          job.config.id.rawValue,
          [
            "health_status": .string(metrics.health.rawValue),
            "consecutive_failures": JSONValue(metrics.consecutiveFailures),
            "last_execution": JSONValue(metrics.lastExecutionAt),
          ])
      })
  }
}
