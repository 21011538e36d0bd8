internal import Ctx7Model

/// A job as far as a file gives it.
struct WrittenJob {
  let id: JobID
  let position: SourcePosition
  var name: String?
  var description: String?
  var type: JobType?
  var enabled: Bool?
  var priority: JobPriority?
  var schedule: Schedule?
  var retry: WrittenRetryPolicy?
  var timeoutSeconds: Int?
  var maxConcurrentExecutions: Int?
  var alertOnFailure: Bool?
  var alertOnSuccess: Bool?
  var alerts: WrittenAlertPolicy?
  var parameters = WrittenParameters()
  var command: CommandParameters?
  /// Whether a command is written at all.
  var saysCommand = false
  /// Whether type and schedule are written at all; where one is and is nil, its error is reported already.
  let saysType: Bool
  let saysSchedule: Bool

  /// Under the name of a built-in job another type is a job of its own: nothing of the built-in one would fit it.
  var mayBeBuiltIn: Bool { type == nil || type == BuiltInJobs.type(of: id) }

  /// Reads a job; nil, with an error reported, when nobody could tell which job it is.
  init?(_ reader: MappingReader) {
    // What else is wrong with a job that has no name is reported all the same.
    let named = reader.jobID()
    let id = named ?? Self.nameless
    self.id = id
    position = reader.position(of: "job_id")
    name = reader.string("job_name")
    description = reader.string("description")
    saysType = reader.has("job_type")
    type = reader.choice("job_type", JobType.self)
    enabled = reader.bool("enabled")
    priority = reader.choice("priority", JobPriority.self)
    saysSchedule = reader.has("schedule")
    schedule = reader.mapping("schedule", advice: ScheduleReader.advice)
      .flatMap { ScheduleReader($0, of: id).schedule() }
    retry = reader.mapping("retry_config")?.retryPolicy()
    timeoutSeconds = reader.integer("timeout_seconds", 1...604_800)
    maxConcurrentExecutions = reader.integer("max_concurrent_executions", 1...20)
    alertOnFailure = reader.bool("alert_on_failure")
    alertOnSuccess = reader.bool("alert_on_success")
    alerts = reader.mapping("alerts")?.jobAlerts()
    if let name, name.utf8.count > 255 {
      reader.diagnostics.error(reader.position(of: "job_name"), "job_name: longer than 255 bytes")
    }
    readParameters(reader)
    reader.finish()
    if named == nil { return nil }
  }

  private static let nameless: JobID = {
    guard let id = JobID(rawValue: "nameless") else { preconditionFailure("it is a job id") }
    return id
  }()

  private mutating func readParameters(_ reader: MappingReader) {
    let type = type ?? BuiltInJobs.type(of: id)
    guard let parameters = reader.mapping("parameters") else { return }
    switch type {
    case .ttlCleanup: self.parameters = parameters.cleanupParameters()
    case .documentRefresh: self.parameters = parameters.refreshParameters()
    case .healthCheck, .maintenance: break
    case .command:
      saysCommand = true
      command = parameters.commandParameters()
    // Which keys there are depends on the type, whose own error is reported already.
    case nil: return
    }
    parameters.finish()
  }
}

/// When a failed attempt is tried again, as far as a job says it.
struct WrittenRetryPolicy {
  var maxRetries: Int?
  var delaySeconds: Int?
  var multiplier: Double?
  var maxDelaySeconds: Int?
  var retryOn: [ErrorClass]?

  /// What is left open is taken from what the job starts from.
  func over(_ lower: RetryPolicy) -> RetryPolicy {
    RetryPolicy(
      maxRetries: maxRetries ?? lower.maxRetries,
      delaySeconds: delaySeconds ?? lower.delaySeconds,
      multiplier: multiplier ?? lower.multiplier,
      maxDelaySeconds: maxDelaySeconds ?? lower.maxDelaySeconds,
      retryOn: retryOn ?? lower.retryOn)
  }
}

extension MappingReader {
  fileprivate func jobID() -> JobID? {
    guard let text = string("job_id") else {
      if !has("job_id") { diagnostics.error(position, "a job needs a job_id") }
      return nil
    }
    guard let id = JobID(rawValue: text) else {
      diagnostics.error(position(of: "job_id"), "job_id: '\(text)' is no job id: \(JobID.grammar)")
      return nil
    }
    if id.isPrefixOfUnits {
      diagnostics.error(
        position(of: "job_id"),
        "job_id: '\(text)' ends with '-', so that its drop-ins would be those of all units that begin so")
    }
    return id
  }

  /// The section `retry_config`.
  fileprivate func retryPolicy() -> WrittenRetryPolicy {
    let policy = WrittenRetryPolicy(
      maxRetries: integer("max_retries", 0...10),
      delaySeconds: integer("retry_delay_seconds", 1...86_400),
      multiplier: number("retry_multiplier", .between(1...10)),
      maxDelaySeconds: integer("max_retry_delay_seconds", 1...604_800),
      retryOn: choices("retry_on_errors", among: ErrorClass.retryable))
    finish()
    return policy
  }
}
