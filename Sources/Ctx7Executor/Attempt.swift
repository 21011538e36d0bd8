internal import Ctx7History
internal import Ctx7Model

/// One attempt of a firing, before it has a row.
struct Attempt {
  let executionID: String
  let correlationID: String
  let retryCount: Int
  let trigger: ExecutionRecord.Trigger
  let scheduledFor: Timestamp?
  let missedFirings: Int

  var isRetry: Bool { retryCount > 0 }

  /// The first attempt of a firing.
  init(firstOf firing: Firing) {
    executionID = firing.executionID
    correlationID = firing.correlationID
    retryCount = 0
    trigger = firing.trigger
    scheduledFor = firing.scheduledFor
    missedFirings = firing.due?.missed ?? 0
  }

  /// The first attempt of a firing that came to nothing before it had a row.
  init(executionID: String, correlationID: String, trigger: ExecutionRecord.Trigger) {
    self.executionID = executionID
    self.correlationID = correlationID
    retryCount = 0
    self.trigger = trigger
    scheduledFor = nil
    missedFirings = 0
  }

  /// The attempt after one that failed.
  init(after failed: ExecutionRecord, _ surroundings: Surroundings) {
    retryCount = failed.retryCount + 1
    executionID = "\(failed.jobID)_retry_\(retryCount)_\(surroundings.randomHex())"
    correlationID = failed.correlationID
    trigger = failed.trigger
    scheduledFor = failed.scheduledFor
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
