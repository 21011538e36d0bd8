public import Ctx7History
public import Ctx7Model

/// The start of one execution: which job, by what, under which ids.
public struct Firing: Sendable {
  /// The job, by the configuration that fired it.
  public var job: ResolvedJob
  /// Who started it.
  public var trigger: ExecutionRecord.Trigger
  /// The instant that the schedule foresaw; only for a timer's firing.
  public var scheduledFor: Timestamp?
  /// What it stands for by the schedule; only for a timer's firing, not for its retries.
  public var due: DueFiring?
  /// The id of its first attempt.
  public var executionID: String
  /// The id that all of its attempts and log lines share.
  public var correlationID: String

  /// Creates a firing with fresh ids.
  public init(
    _ job: ResolvedJob, trigger: ExecutionRecord.Trigger, scheduledFor: Timestamp? = nil,
    due: DueFiring? = nil, surroundings: Surroundings
  ) {
    self.job = job
    self.trigger = trigger
    self.scheduledFor = scheduledFor ?? due?.scheduledFor
    self.due = due
    executionID = "\(job.config.id)_\(surroundings.randomHex())"
    correlationID = (trigger == .timer ? "scheduled_" : "manual_") + surroundings.randomHex()
  }
}
