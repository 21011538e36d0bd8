internal import Ctx7Executor
internal import Ctx7History
internal import Ctx7Model
internal import Ctx7Systemd

/// How jobs are doing, read at one moment.
struct Health {
  let jobs: [ResolvedJob]
  let metrics: [JobID: JobMetrics]
  /// By the jobs' own schedules and thresholds.
  let judged: [JobID: JobHealth]
  /// All of them together.
  let overall: JobMetrics.Health
  /// Executions that work.
  let running: Int
  /// Executions that wait for a slot.
  let waiting: Int

  /// - Parameter id: the only job to be looked at; nil for all.
  init(_ service: Service, of id: JobID? = nil) throws {
    let history = try service.records.history()
    let stored = try history.storedJobs().filter { id == nil || $0.job.config.id == id }
    jobs = stored.map(\.job)
    metrics = try history.metricsByJob()
    let open = try service.running()
    let all = try history.health(
      of: stored, metrics, open: open, at: service.now(), switchedOff: service.jobSwitch.reason,
      faults: service.settings.scope.faults(of: jobs.map(\.config.id)),
      systemctl: service.settings.scope.systemctl, zone: service.settings.zone)
    judged = Dictionary(all.map { ($0.jobID, $0) }, uniquingKeysWith: { $1 })
    overall = JobHealth.overall(all)
    running = open.count { $0.status == .running }
    waiting = open.count { $0.status == .pending }
  }

  func metrics(of job: ResolvedJob) -> JobMetrics {
    metrics[job.config.id] ?? JobMetrics(jobID: job.config.id)
  }

  func status(of job: ResolvedJob) -> JobMetrics.Health {
    judged[job.config.id]?.status ?? .unknown
  }

  /// By job, under the reference's names.
  var json: JSONValue {
    .object(
      jobs.map { job in
        let metrics = metrics(of: job)
        return .init(
          job.config.id.rawValue,
          [
            "health_status": .string(status(of: job).rawValue),
            "consecutive_failures": JSONValue(metrics.consecutiveFailures),
            "last_execution": JSONValue(metrics.lastExecutionAt),
          ])
      })
  }
}
