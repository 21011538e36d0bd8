internal import Ctx7Model

/// The settings of the host and of the documents, under the reference's names.
struct ServiceInfo {
  private let host: HostSettings
  private let jobs: [ResolvedJob]

  init(_ jobs: [ResolvedJob]) {
    self.jobs = jobs
    host = jobs.first?.host ?? HostSettings()
  }

  var json: JSONValue {
    [
      "service_name": "Context7 Background Job Service",
      "version": .string(API.version),
      // Whoever reads this is answered by it.
      "running": true,
      "enabled": .bool(host.enabled),
      "configuration": [
        "max_concurrent_jobs": JSONValue(host.maxConcurrentJobs),
        "job_queue_size": JSONValue(host.jobQueueSize),
        // systemd fires each job at its instant: nothing polls.
        "scheduler_interval_seconds": nil,
        "job_history_retention_days": JSONValue(host.historyRetentionDays),
        "health_check_interval_seconds": number(healthCheckInterval),
      ],
      "context7_config": [
        "ttl_cleanup_batch_size": number(cleanup?.batchSize),
        "refresh_batch_size": number(refresh?.batchSize),
        "refresh_threshold_days": number(refresh?.thresholdDays),
        "max_concurrent_workspace_jobs": number(refresh?.maxConcurrentWorkspaceJobs),
      ],
    ]
  }

  private func number(_ value: Int?) -> JSONValue {
    value.map { JSONValue($0) } ?? .null
  }

  private var healthCheckInterval: Int? {
    for job in jobs where job.config.work.type == .healthCheck {
      if case .interval(let seconds) = job.config.schedule.recurrence { return seconds }
    }
    return nil
  }

  private var cleanup: CleanupParameters? {
    for job in jobs { if case .ttlCleanup(let parameters) = job.config.work { return parameters } }
    return nil
  }

  private var refresh: RefreshParameters? {
    for job in jobs { if case .documentRefresh(let parameters) = job.config.work { return parameters } }
    return nil
  }
}
