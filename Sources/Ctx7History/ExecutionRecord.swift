internal import Ctx7Database
public import Ctx7Model
internal import GRDB

/// One attempt, as stored in `background_job_executions`.
public struct ExecutionRecord: Hashable, Sendable, Identifiable {
  /// What started an attempt.
  public enum Trigger: String, Sendable {
    case timer
    case manual
  }

  /// `JOB_`, `JOB_retry_N_` or `JOB_resumed_N_`, and eight hexadecimal digits.
  public var id: String
  /// The job.
  public var jobID: JobID
  /// Where it is in its life.
  public var status: ExecutionStatus
  /// What started it.
  public var trigger: Trigger
  /// The instant that the schedule foresaw; only for a timer's firings.
  public var scheduledFor: Timestamp?
  /// How many firings were missed before this one; with this one, when it makes up for them.
  public var missedFirings: Int
  /// Which of the job's locks the attempt holds while it waits or runs.
  public var slot: Int
  /// By the wall clock.
  public var startedAt: Timestamp
  /// How many attempts of the same firing came before.
  public var retryCount: Int
  /// Links the attempts of one firing.
  public var correlationID: String
  /// systemd's id of the unit run (`journalctl _SYSTEMD_INVOCATION_ID=…`); nil outside systemd.
  public var invocationID: String?
  /// How the attempt ended; nil while it is open.
  public var ending: Ending?

  /// How an attempt ended.
  public struct Ending: Hashable, Sendable {
    /// By the wall clock.
    public var completedAt: Timestamp
    /// From the monotonic clock; nil when the process died and nobody measured.
    public var durationSeconds: Double?
    /// What went wrong; nil where nothing did.
    public var failure: JobFailure?
    /// When the next attempt is due; only with status `retry`.
    public var nextAttemptAt: Timestamp?
    /// The job's own result.
    public var result: JSONValue?
    /// Records that went well.
    public var recordsProcessed: Int
    /// Records that did not.
    public var recordsFailed: Int
    /// Peak resident memory in MB (10⁶ bytes); nil when nobody measured.
    public var memoryMB: Double?
    /// CPU time over wall time, 100 = one core busy all the time.
    public var cpuPercent: Double?

    /// Creates an ending.
    public init(
      completedAt: Timestamp, durationSeconds: Double? = nil, failure: JobFailure? = nil,
      nextAttemptAt: Timestamp? = nil, result: JSONValue? = nil,
      recordsProcessed: Int = 0,
      recordsFailed: Int = 0, memoryMB: Double? = nil, cpuPercent: Double? = nil
    ) {
      self.completedAt = completedAt
      self.durationSeconds = durationSeconds
      self.failure = failure
      self.nextAttemptAt = nextAttemptAt
      self.result = result
      self.recordsProcessed = recordsProcessed
      self.recordsFailed = recordsFailed
      self.memoryMB = memoryMB
      self.cpuPercent = cpuPercent
    }
  }

  /// Creates a record.
  public init(
    id: String, jobID: JobID, status: ExecutionStatus, trigger: Trigger, scheduledFor: Timestamp? = nil,
    missedFirings: Int = 0, slot: Int = 0, startedAt: Timestamp, retryCount: Int = 0, correlationID: String,
    invocationID: String? = nil, ending: Ending? = nil
  ) {
    self.id = id
    self.jobID = jobID
    self.status = status
    self.trigger = trigger
    self.scheduledFor = scheduledFor
    self.missedFirings = missedFirings
    self.slot = slot
    self.startedAt = startedAt
    self.retryCount = retryCount
    self.correlationID = correlationID
    self.invocationID = invocationID
    self.ending = ending
  }
}

extension ExecutionRecord {
  /// Whether a unit ran it, whose retries systemd makes.
  public var isOfUnit: Bool { invocationID != nil }

  /// Whether a signal or a shutdown stopped it, which is no failure of the job.
  public var wasStopped: Bool { ending?.failure?.errorClass == .cancelled }

  /// What went wrong, with its class; nil where nothing did.
  public var errorText: String? {
    ending?.failure.map { "\($0.errorClass.rawValue): \($0.message)" }
  }

  init(row: Row) throws {
    guard let jobID = JobID(rawValue: row["job_id"]), let status = ExecutionStatus(rawValue: row["status"]),
      let trigger = Trigger(rawValue: row["trigger"])
    else { throw UnreadableValue("execution \(row["execution_id"] as String)") }
    self.init(
      id: row["execution_id"], jobID: jobID, status: status, trigger: trigger,
      scheduledFor: row["scheduled_for"], missedFirings: row["missed_firings"], slot: row["slot"],
      startedAt: row["started_at"],
      retryCount: row["retry_count"], correlationID: row["correlation_id"],
      invocationID: row["invocation_id"], ending: try Ending(row: row))
  }
}

extension ExecutionRecord.Ending {
  fileprivate init?(row: Row) throws {
    guard let completedAt: Timestamp = row["completed_at"] else { return nil }
    let errorClass: String? = row["error_class"]
    let result: String? = row["result"]
    let details: String? = row["error_details"]
    self.init(
      completedAt: completedAt,
      durationSeconds: row["duration_seconds"],
      failure: try errorClass.map {
        JobFailure(
          ErrorClass(rawValue: $0) ?? .unexpected, row["error_message"] ?? "",
          details: try details.map(JSONValue.init(parsing:)))
      },
      nextAttemptAt: row["next_attempt_at"],
      result: try result.map(JSONValue.init(parsing:)),
      recordsProcessed: row["records_processed"],
      recordsFailed: row["records_failed"],
      memoryMB: row["memory_usage_mb"],
      cpuPercent: row["cpu_usage_percent"])
  }
}
