internal import Ctx7Database
public import Ctx7History
public import Ctx7Model

/// The step of `ExecStopPost=` that closes what the main process could not: after a kill, out of memory, a
/// time-out, the watchdog, or a start that failed before the main process ran.
public struct Settle: Sendable {
  let history: HistoryStore
  let lockDirectory: String
  let surroundings: Surroundings
  let alerting: Alerting

  /// Creates the step.
  public init(
    history: HistoryStore, lockDirectory: String, surroundings: Surroundings, alerting: Alerting
  ) {
    self.history = history
    self.lockDirectory = lockDirectory
    self.surroundings = surroundings
    self.alerting = alerting
  }

  /// Closes the row that the unit's main process has left open, and makes the row where it never came to write
  /// one; then decides whether another attempt is due, as the main process would have.
  ///
  /// - Returns: the execution that was closed; nil when the main process had closed its own.
  public func run(_ id: JobID, _ service: ServiceResult) async throws -> ExecutionRecord? {
    let job = try history.job(id)
    var settled: ExecutionRecord?
    let orphans = Orphans(history: history, lockDirectory: lockDirectory)
    for record in try history.openAttempts(of: id) {
      // Its process is gone for certain; a run by hand may have got the lock since.
      guard let own = surroundings.invocationID, record.invocationID == own else { continue }
      settled = try await close(record, job, service.failure, service, since: record.startedAt)
    }
    // What another run of the unit has left is the next start's, which may try it again.
    for record in try orphans.all(of: id) where !record.isOfUnit {
      try await closeOrphan(record, orphans, job)
    }
    if settled != nil || service.mayHaveNoRow { return settled }
    // The unit of a job that is gone says so, and ends.
    if job == nil, service.isOwnEnd { return nil }
    guard let invocation = surroundings.invocationID, try !history.hasExecution(invocationID: invocation)
    else {
      return nil
    }
    guard let record = try openMissing(id) else { return nil }
    return try await close(record, job, service.failureBeforeItsRow, service, since: nil)
  }

  /// Closes the row of a run by hand that has died: how the unit ended says nothing about it.
  private func closeOrphan(_ record: ExecutionRecord, _ orphans: Orphans, _ job: ResolvedJob?) async throws {
    guard let closed = try orphans.close(record, of: job, at: surroundings.now()), let job else { return }
    await alerting.judge(closed.record, of: job, closed.metrics)
  }

  /// The row of a process that died before it had one: the retry that was due, the run that somebody asked for, or a
  /// firing.
  private func openMissing(_ id: JobID) throws(StorageError) -> ExecutionRecord? {
    let due = try history.retryOfUnit(of: id)
    let request = try history.claimRequest(of: id, at: surroundings.now())
    let attempt =
      due.map { Attempt(after: $0, as: request?.executionID, surroundings) }
      ?? Attempt(
        executionID: request?.executionID ?? "\(id)_\(surroundings.randomHex())",
        correlationID: request?.correlationID ?? "scheduled_\(surroundings.randomHex())",
        trigger: request == nil ? .timer : .manual)
    let record = attempt.record(of: id, slot: 0, surroundings)
    return try history.open(record, after: attempt.previousID) ? record : nil
  }

  /// - Parameter beginning: nil for a process that never came to its work.
  private func close(
    _ record: ExecutionRecord, _ job: ResolvedJob?, _ failure: JobFailure, _ service: ServiceResult,
    since beginning: Timestamp?
  ) async throws -> ExecutionRecord {
    let now = surroundings.now()
    // Nobody but the wall clock has measured; where it was set back, nobody has.
    let milliseconds = beginning.map { now.milliseconds(since: $0) }.flatMap { $0 >= 0 ? $0 : nil }
    // What a shutdown stops is resumed, also where the main process did not live to say so.
    let isInterrupted = service.isStop && surroundings.systemIsStopping()
    var next = isInterrupted ? now : nil
    if service.isRestarted, !isInterrupted {
      next = job?.config.retry.nextAttempt(
        after: failure.errorClass, retries: record.retryCount, endedAt: now)
    }
    var closed = record
    closed.status = next != nil ? .retry : service.isStop ? .cancelled : .failed
    let ending = ExecutionRecord.Ending(
      completedAt: now, durationSeconds: milliseconds.map { Double($0) / 1000 },
      failure: isInterrupted ? Outcome.interrupted.failure : failure, nextAttemptAt: next)
    closed.ending = ending
    if let metrics = try history.close(record, as: closed.status, ending, letterOf: job), let job {
      await alerting.judge(closed, of: job, metrics)
    }
    return closed
  }
}
