internal import Ctx7Model

/// The settings of the host as far as they are given.
struct WrittenHost {
  var enabled: Bool?
  var maxConcurrentJobs: Int?
  var jobQueueSize: Int?
  var historyRetentionDays: Int?
  var deadLetterQueueEnabled: Bool?
  var maxFailedJobsRetention: Int?
  /// Seconds between two runs of the built-in health check.
  var healthCheckInterval: WrittenInterval?
  /// Seconds between two exports of the metrics, which the health check does.
  var metricsInterval: WrittenInterval?
  /// The document store, the sources and the models.
  var services = ServiceSettings()

  var prometheusTextFile: String?
  var alerts = WrittenAlerts()
  var backupCount: Int?

  static let schedulerNote =
    "has no effect: there is no scheduler that polls; systemd fires each job at the instant its schedule says"

  var settings: HostSettings {
    var settings = HostSettings()
    settings.prometheusTextFile = prometheusTextFile
    settings.enabled = enabled ?? settings.enabled
    settings.maxConcurrentJobs = maxConcurrentJobs ?? settings.maxConcurrentJobs
    settings.jobQueueSize = jobQueueSize ?? settings.jobQueueSize
    settings.historyRetentionDays = historyRetentionDays ?? settings.historyRetentionDays
    settings.deadLetterQueueEnabled = deadLetterQueueEnabled ?? settings.deadLetterQueueEnabled
    settings.maxFailedJobsRetention = maxFailedJobsRetention ?? settings.maxFailedJobsRetention
    settings.alertSinks = alerts.sinks ?? settings.alertSinks
    settings.backupCount = backupCount ?? settings.backupCount
    settings.services = services
    return settings
  }

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
    var host = WrittenHost(
      enabled: bool("enabled"),
      maxConcurrentJobs: integer("max_concurrent_jobs", HostRange.concurrentJobs),
      jobQueueSize: integer("job_queue_size", HostRange.queue),
      historyRetentionDays: integer("job_history_retention_days", HostRange.retention),
      deadLetterQueueEnabled: bool("dead_letter_queue_enabled"),
      maxFailedJobsRetention: integer("max_failed_jobs_retention", HostRange.failedRetention),
      healthCheckInterval: interval("health_check_interval_seconds", HostRange.healthInterval),
      metricsInterval: interval("metrics_export_interval_seconds", HostRange.metricsInterval),
      services: services(ServiceSettings()))
    if let section = mapping("prometheus") { host.prometheusTextFile = section.prometheusTextFile() }
    if let section = mapping("alerts") { host.alerts = section.hostAlerts() }
    if let section = mapping("backup") {
      host.backupCount = section.integer("keep", HostRange.backups)
      section.finish()
    }
    if integer("scheduler_interval_seconds", HostRange.schedulerInterval) != nil {
      diagnostics.note(
        position(of: "scheduler_interval_seconds"), "scheduler_interval_seconds \(WrittenHost.schedulerNote)")
    }
    return host
  }
}
