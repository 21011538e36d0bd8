/// Everything that is configured for one job: complete, checked, with defaults filled in.
///
/// `Ctx7Config` makes it from YAML, `ctx7-units generate` stores it, the executor runs by it.
public struct JobConfig: Hashable, Sendable, Identifiable {
  /// The name under which units, history and commands know it.
  public var id: JobID
  /// The name for people.
  public var name: String
  /// What it is for.
  public var description: String
  /// A disabled job keeps its units; its timer stays off.
  public var enabled: Bool
  /// How much CPU and disk it gets when others want some too, and its place among those that wait for a slot.
  public var priority: JobPriority
  /// When it runs.
  public var schedule: Schedule
  /// When a failed attempt is tried again.
  public var retry: RetryPolicy
  /// The longest an attempt may take, in seconds.
  public var timeoutSeconds: Int
  /// What the job does, and with which parameters.
  public var work: JobWork
  /// How many executions of this job may run at once.
  public var maxConcurrentExecutions: Int
  /// Whether failures are told of: an alert, and an error in the log rather than a notice.
  public var alertOnFailure: Bool
  /// Whether successes are told of: an alert, and a notice in the log rather than an information.
  public var alertOnSuccess: Bool
  /// When else operators are told, and by which sinks.
  public var alerts: AlertPolicy

  /// Creates a configuration; the defaults are those of the reference.
  public init(
    id: JobID,
    name: String,
    description: String = "",
    enabled: Bool = true,
    priority: JobPriority = .medium,
    schedule: Schedule,
    retry: RetryPolicy = RetryPolicy(),
    timeoutSeconds: Int = 3600,
    work: JobWork,
    maxConcurrentExecutions: Int = 1,
    alertOnFailure: Bool = true,
    alertOnSuccess: Bool = false,
    alerts: AlertPolicy = AlertPolicy()
  ) {
    self.id = id
    self.name = name
    self.description = description
    self.enabled = enabled
    self.priority = priority
    self.schedule = schedule
    self.retry = retry
    self.timeoutSeconds = timeoutSeconds
    self.work = work
    self.maxConcurrentExecutions = maxConcurrentExecutions
    self.alertOnFailure = alertOnFailure
    self.alertOnSuccess = alertOnSuccess
    self.alerts = alerts
  }
}
