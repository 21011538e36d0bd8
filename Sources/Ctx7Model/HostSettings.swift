/// The settings that hold for the whole host rather than for one job.
public struct HostSettings: Hashable, Sendable {
  /// `false` turns every job off: timers disabled, firings skipped with a message.
  public var enabled: Bool
  /// The file for node_exporter's textfile collector that every execution renews, absolute; nil for none.
  public var prometheusTextFile: String?
  /// Executions at once on this host, 1…20.
  public var maxConcurrentJobs: Int
  /// Executions that may wait for a slot, ≥ 10.
  public var jobQueueSize: Int
  /// Days that closed executions are kept, ≥ 1.
  public var historyRetentionDays: Int
  /// Whether executions that failed for good are kept as dead letters.
  public var deadLetterQueueEnabled: Bool
  /// Dead letters that are kept, ≥ 100.
  public var maxFailedJobsRetention: Int
  /// Where alerts are sent besides the journal.
  public var alertSinks: [AlertSinkSettings]
  /// Backups that `maintenance` keeps of each database, in `backups` in the state directory; 0 makes none.
  public var backupCount: Int
  /// The document store, the sources and what else the jobs talk to.
  public var services: ServiceSettings

  /// The secrets that jobs and alert sinks may need, by name: the keys of services, and what the sinks name.
  public var credentialNames: Set<String> {
    let sinks = alertSinks.flatMap { sink -> [String] in
      guard case .webhook(let webhook) = sink.transport else { return [] }
      return webhook.credentials
    }
    return Set(ServiceCredential.allCases.map(\.rawValue) + sinks)
  }

  /// Creates settings; the defaults are those of the reference.
  public init(
    enabled: Bool = true, maxConcurrentJobs: Int = 5, jobQueueSize: Int = 100, historyRetentionDays: Int = 30,
    deadLetterQueueEnabled: Bool = true, maxFailedJobsRetention: Int = 1000,
    alertSinks: [AlertSinkSettings] = [], backupCount: Int = 0,
    services: ServiceSettings = ServiceSettings()
  ) {
    self.enabled = enabled
    self.maxConcurrentJobs = maxConcurrentJobs
    self.jobQueueSize = jobQueueSize
    self.historyRetentionDays = historyRetentionDays
    self.deadLetterQueueEnabled = deadLetterQueueEnabled
    self.maxFailedJobsRetention = maxFailedJobsRetention
    self.alertSinks = alertSinks
    self.backupCount = backupCount
    self.services = services
  }
}
