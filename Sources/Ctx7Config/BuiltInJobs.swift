internal import Ctx7Model

/// The four jobs that there are without any configuration.
enum BuiltInJobs {
  static let cleanup = "daily-ttl-cleanup"
  static let refresh = "weekly-document-refresh"
  static let healthCheck = "health-check"
  static let maintenance = "daily-maintenance"

  /// What one of them does; nil for any other job.
  static func type(of id: JobID) -> JobType? {
    switch id.rawValue {
    case cleanup: .ttlCleanup
    case refresh: .documentRefresh
    case healthCheck: .healthCheck
    case maintenance: .maintenance
    default: nil
    }
  }

  static let ids = [cleanup, refresh, healthCheck, maintenance].compactMap(JobID.init)

  /// Name, description, priority and schedule of a built-in job.
  static func template(_ id: JobID, host: WrittenHost) -> JobConfig? {
    guard let type = type(of: id) else { return nil }
    func cron(_ source: String) -> Schedule {
      guard let expression = try? CronExpression(source) else { preconditionFailure("'\(source)' is valid") }
      return Schedule(.cron(expression))
    }
    switch type {
    case .ttlCleanup:
      return JobConfig(
        id: id, name: "Daily TTL cleanup", description: "Delete documents that have expired", priority: .high,
        schedule: cron("0 2 * * *"), work: .ttlCleanup(CleanupParameters()))
    case .documentRefresh:
      return JobConfig(
        id: id, name: "Weekly document refresh", description: "Fetch documents that are about to expire",
        schedule: cron("0 3 * * 0"), work: .documentRefresh(RefreshParameters()))
    case .healthCheck:
      return JobConfig(
        id: id, name: "Health check",
        description: "Ask everything the jobs depend on how it is, and export metrics",
        priority: .low, schedule: Schedule(.interval(seconds: host.healthCheckSeconds)),
        // The next check comes before a retry would.
        retry: RetryPolicy(maxRetries: 0), timeoutSeconds: 300,
        work: .healthCheck)
    case .maintenance:
      return JobConfig(
        id: id, name: "Daily maintenance", description: "Keep the databases small and sound", priority: .low,
        schedule: cron("0 4 * * *"), work: .maintenance)
    case .command: return nil
    }
  }
}
