public import Ctx7History
public import Ctx7Model

/// The start of one execution: which job, by what, under which ids.
public struct Firing: Sendable {
  /// The job, by the configuration that fired it.
  public var job: ResolvedJob
  /// Who started it.
  public var trigger: ExecutionRecord.Trigger
  /// Whether systemd started the process because the one before it failed (`NRestarts` > 0).
  public var isRestart: Bool
  /// What it stands for by the schedule; only for a timer's firing, not for its retries.
  public var due: DueFiring?
  /// The id of its first attempt.
  public private(set) var executionID: String
  /// The id that somebody was told who asked for this run, whichever attempt it comes to; nil where nobody did.
  public private(set) var requestedID: String?
  /// The id that all of its attempts and log lines share.
  public private(set) var correlationID: String

  /// The instant that the schedule foresaw; only for a timer's firing.
  public var scheduledFor: Timestamp? { due?.scheduledFor }

  /// Creates a firing with fresh ids.
  public init(
    _ job: ResolvedJob, trigger: ExecutionRecord.Trigger, due: DueFiring? = nil, isRestart: Bool = false,
    surroundings: Surroundings
  ) {
    self.job = job
    self.trigger = trigger
    self.due = due
    self.isRestart = isRestart
    executionID = "\(job.config.id)_\(surroundings.randomHex())"
    correlationID = (trigger == .timer ? "scheduled_" : "manual_") + surroundings.randomHex()
  }

  /// The same firing under the ids that somebody was told when they asked for it.
  public func answering(_ request: ExecutionRequest) -> Firing {
    var firing = self
    firing.executionID = request.executionID
    firing.requestedID = request.executionID
    firing.correlationID = request.correlationID
    return firing
  }
}
