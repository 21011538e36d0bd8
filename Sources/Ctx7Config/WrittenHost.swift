internal import Ctx7Model

/// The settings of the host, and what the top of ctx7.yaml says besides.
struct WrittenHost {
  var settings = HostSettings()
  /// What the alerts of all jobs start from.
  var alerts = AlertPolicy()
  /// Seconds between two runs of the built-in health check.
  var healthCheckInterval: WrittenInterval?
  /// Seconds between two exports of the metrics, which the health check does.
  var metricsInterval: WrittenInterval?
  var contradictions = Contradictions()

  static let schedulerNote =
    "has no effect: there is no scheduler that polls; systemd fires each job at the instant its schedule says"

  /// The health check also writes the metrics, so the shorter of the two intervals is its own.
  var healthCheckSeconds: Int {
    min(healthCheckInterval?.seconds ?? 300, metricsInterval?.seconds ?? .max)
  }
}

/// An interval, and who says so: it may turn out that no job goes by it.
struct WrittenInterval {
  let seconds: Int
  /// The key, or the variable.
  let name: String
  /// nil for what does not come from a file.
  let position: SourcePosition?
}

/// The ranges of the host settings.
enum HostRange {
  static let concurrentJobs = 1...20
  static let queue = 10...100_000
  static let retention = 1...36_500
  static let failedRetention = 100...1_000_000
  static let backups = 0...1000
  static let schedulerInterval = 1...Int.max
  static let healthInterval = 60...86_400
  static let metricsInterval = 10...86_400
}

extension MappingReader {
  private func interval(_ key: String, _ range: ClosedRange<Int>) -> WrittenInterval? {
    integer(key, range).map { WrittenInterval(seconds: $0, name: key, position: keyPosition(of: key)) }
  }

  /// The keys at the top of ctx7.yaml.
  func host() -> WrittenHost {
    var host = WrittenHost()
    settings(&host.settings)
    host.contradictions = services(&host.settings.services)
    host.healthCheckInterval = interval("health_check_interval_seconds", HostRange.healthInterval)
    host.metricsInterval = interval("metrics_export_interval_seconds", HostRange.metricsInterval)
    if let section = mapping("alerts") {
      (host.alerts, host.settings.alertSinks) = section.hostAlerts()
    }
    if integer("scheduler_interval_seconds", HostRange.schedulerInterval) != nil {
      diagnostics.note(
        position(of: "scheduler_interval_seconds"), "scheduler_interval_seconds \(WrittenHost.schedulerNote)")
    }
    return host
  }

  private func settings(_ settings: inout HostSettings) {
    settings.enabled = bool("enabled") ?? settings.enabled
    settings.maxConcurrentJobs =
      integer("max_concurrent_jobs", HostRange.concurrentJobs) ?? settings.maxConcurrentJobs
    settings.jobQueueSize = integer("job_queue_size", HostRange.queue) ?? settings.jobQueueSize
    settings.historyRetentionDays =
      integer("job_history_retention_days", HostRange.retention) ?? settings.historyRetentionDays
    settings.deadLetterQueueEnabled = bool("dead_letter_queue_enabled") ?? settings.deadLetterQueueEnabled
    settings.maxFailedJobsRetention =
      integer("max_failed_jobs_retention", HostRange.failedRetention) ?? settings.maxFailedJobsRetention
    if let section = mapping("prometheus") { settings.prometheusTextFile = section.prometheusTextFile() }
    if let section = mapping("backup") {
      settings.backupCount = section.integer("keep", HostRange.backups) ?? settings.backupCount
      section.finish()
    }
  }
}
