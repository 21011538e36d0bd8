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
        "ttl_cleanup_batch_size": number(shared(cleanups, \.batchSize)),
        "refresh_batch_size": number(shared(refreshes, \.batchSize)),
        "refresh_threshold_days": number(shared(refreshes, \.thresholdDays)),
        "max_concurrent_workspace_jobs": number(shared(refreshes, \.maxConcurrentWorkspaceJobs)),
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

  /// What holds for all jobs of a type. The defaults of the files are not stored: where jobs differ, none of their
  /// values is the host's.
  private func shared<Parameters>(_ all: [Parameters], _ value: (Parameters) -> Int) -> Int? {
    guard let first = all.first.map(value), all.allSatisfy({ value($0) == first }) else { return nil }
    return first
  }

  private var cleanups: [CleanupParameters] {
    jobs.compactMap { if case .ttlCleanup(let parameters) = $0.config.work { parameters } else { nil } }
  }

  private var refreshes: [RefreshParameters] {
    jobs.compactMap { if case .documentRefresh(let parameters) = $0.config.work { parameters } else { nil } }
  }
}
