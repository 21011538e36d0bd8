internal import Ctx7History
internal import Ctx7Model

/// One attempt of a firing, before it has a row.
struct Attempt {
  let executionID: String
  let correlationID: String
  let retryCount: Int
  /// The attempt that this one repeats; nil for the first one of a firing.
  let previousID: String?
  let trigger: ExecutionRecord.Trigger
  let scheduledFor: Timestamp?
  let missedFirings: Int

  var isRetry: Bool { previousID != nil }

  /// The first attempt of a firing.
  init(firstOf firing: Firing) {
    executionID = firing.executionID
    correlationID = firing.correlationID
    retryCount = 0
    previousID = nil
    trigger = firing.trigger
    scheduledFor = firing.scheduledFor
    missedFirings = firing.due?.missed ?? 0
  }

  /// The first attempt of a firing that came to nothing before it had a row.
  init(executionID: String, correlationID: String, trigger: ExecutionRecord.Trigger) {
    self.executionID = executionID
    self.correlationID = correlationID
    retryCount = 0
    previousID = nil
    self.trigger = trigger
    scheduledFor = nil
    missedFirings = 0
  }

  /// The attempt after one that failed, or that a shutdown interrupted: that one costs no retry.
  ///
  /// - Parameter requestedID: the id that somebody was told who asked for a run, and gets this one.
  init(after previous: ExecutionRecord, as requestedID: String?, _ surroundings: Surroundings) {
    let isResumed = previous.wasStopped
    retryCount = previous.retryCount + (isResumed ? 0 : 1)
    let kind = isResumed ? "resumed" : "retry"
    executionID = requestedID ?? "\(previous.jobID)_\(kind)_\(retryCount)_\(surroundings.randomHex())"
    previousID = previous.id
    correlationID = previous.correlationID
    trigger = previous.trigger
    scheduledFor = previous.scheduledFor
    missedFirings = 0
  }

  func record(of job: JobID, slot: Int, _ surroundings: Surroundings) -> ExecutionRecord {
    ExecutionRecord(
      id: executionID, jobID: job, status: .running, trigger: trigger, scheduledFor: scheduledFor,
      missedFirings: missedFirings, slot: slot,
      startedAt: surroundings.now(), retryCount: retryCount, correlationID: correlationID,
      invocationID: surroundings.invocationID)
  }
}
