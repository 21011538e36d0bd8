internal import Ctx7Database
public import Ctx7History
public import Ctx7Model

/// One execution of one job, from its firing to its exit status.
///
/// The row is written before the work begins and closed after it, in one transaction with the metrics. A
/// process that dies in between leaves an open row and a released lock, which the settle step or the next
/// execution closes.
public struct Execution: Sendable {
  let firing: Firing
  let job: any Job
  let history: HistoryStore
  let lockDirectory: String
  let setting: Setting
  let surroundings: Surroundings
  let reporter: Reporter

  /// Creates an execution; nothing happens before `run`.
  public init(
    _ firing: Firing, of job: any Job, history: HistoryStore, lockDirectory: String, setting: Setting,
    surroundings: Surroundings, reporter: Reporter
  ) {
    self.firing = firing
    self.job = job
    self.history = history
    self.lockDirectory = lockDirectory
    self.setting = setting
    self.surroundings = surroundings
    self.reporter = reporter
  }

  /// Runs the job once.
  ///
  /// - Parameter signals: SIGTERM and SIGINT as numbers; the first one cancels the work.
  /// - Throws: `StorageError` or `LockError` when the execution could not be recorded. The work was not
  ///   begun then, or its row is still open and will be closed as died by the next execution.
  public func run<Signals: AsyncSequence & Sendable>(signals: Signals) async throws -> ExecutionResult
  where Signals.Element == CInt, Signals.Failure == Never {
    if let due = firing.due { try account(for: due) }
    if let reason = try reasonToSkip() { return try skip(reason) }
    guard let lock = try JobLock.take(config.id, slots: config.maxConcurrentExecutions, in: lockDirectory)
    else { return try skip(.alreadyRunning) }
    try Orphans(of: config.id, history, lockDirectory).close(holding: lock.slot, at: surroundings.now())
    var record = try open(slot: lock.slot)
    let start = surroundings.uptimeMilliseconds()
    let outcome = await perform(signals, startedAt: record.startedAt)
    let duration = Double(surroundings.uptimeMilliseconds() - start) / 1000
    record = try close(record, outcome, durationSeconds: duration)
    return result(outcome, record)
  }

  private var config: JobConfig { firing.job.config }

  /// A person who starts a job knows what they want; only a timer's firing asks whether the job is on and due.
  private func reasonToSkip() throws(StorageError) -> SkipReason? {
    if !firing.job.host.enabled { return .serviceDisabled }
    guard firing.trigger == .timer else { return nil }
    if !config.enabled { return .jobDisabled }
    if let reason = firing.due?.skip { return reason }
    let due = firing.scheduledFor ?? surroundings.now()
    if let start = config.schedule.startTime, due < start { return .notYetDue }
    if let end = config.schedule.endTime, due > end { return .ended }
    guard let limit = config.schedule.maxExecutions else { return nil }
    let firings = try history.metrics(of: config.id).first?.timerFirings ?? 0
    return firings >= limit ? .exhausted : nil
  }

  private func skip(_ reason: SkipReason) throws(StorageError) -> ExecutionResult {
    try history.countSkipped(config.id, at: surroundings.now())
    return result(.skipped(reason), nil)
  }

  private func open(slot: Int) throws(StorageError) -> ExecutionRecord {
    let record = ExecutionRecord(
      id: firing.executionID, jobID: config.id, status: .running, trigger: firing.trigger,
      scheduledFor: firing.scheduledFor, missedFirings: firing.due?.missed ?? 0, slot: slot,
      startedAt: surroundings.now(),
      correlationID: firing.correlationID, invocationID: surroundings.invocationID)
    try history.open(record)
    return record
  }

  /// Lets the work race against its deadline and the first signal; whatever comes first is the outcome.
  private func perform<Signals: AsyncSequence & Sendable>(_ signals: Signals, startedAt: Timestamp) async
    -> Outcome where Signals.Element == CInt, Signals.Failure == Never
  {
    let context = context(startedAt: startedAt)
    let timeout = config.timeoutSeconds
    return await withTaskGroup(of: Outcome?.self) { [job] group in
      group.addTask { await Self.work(job, context) }
      group.addTask {
        guard (try? await Task.sleep(for: .seconds(timeout))) != nil else { return nil }
        return .timedOut(seconds: timeout)
      }
      group.addTask {
        for await signal in signals { return .cancelled(signal: signal) }
        return nil
      }
      for await outcome in group {
        guard let outcome else { continue }
        group.cancelAll()
        return outcome
      }
      preconditionFailure("the work, its deadline and the signals all ended without an outcome")
    }
  }

  /// Every way in which the work itself can end; nil when it was told to stop, and why is known elsewhere.
  private static func work(_ job: any Job, _ context: JobContext) async -> Outcome? {
    do {
      let report = try await job.run(context)
      guard let failure = report.failure else { return .succeeded(report) }
      return .failed(failure, report)
    } catch {
      return Task.isCancelled ? nil : .failed(JobFailure(error), nil)
    }
  }

  private func context(startedAt: Timestamp) -> JobContext {
    let (reporter, id) = (reporter, config.id)
    return JobContext(
      jobID: id, correlationID: firing.correlationID, startedAt: startedAt, now: surroundings.now,
      uptimeMilliseconds: surroundings.uptimeMilliseconds,
      report: { reporter.progress($0) },
      emit: { reporter.metrics($0, jobID: id) })
  }

  private func close(_ open: ExecutionRecord, _ outcome: Outcome, durationSeconds: Double)
    throws(StorageError) -> ExecutionRecord
  {
    guard let status = outcome.status else { preconditionFailure("a skipped firing has no row") }
    let usage = ResourceUsage.current
    var closed = open
    closed.status = status
    let ending = ExecutionRecord.Ending(
      completedAt: surroundings.now(), durationSeconds: durationSeconds, failure: outcome.failure,
      result: outcome.report?.result, recordsProcessed: outcome.report?.recordsProcessed ?? 0,
      recordsFailed: outcome.report?.recordsFailed ?? 0, memoryMB: usage.peakMemoryMB,
      cpuPercent: durationSeconds > 0 ? usage.cpuSeconds / durationSeconds * 100 : nil)
    closed.ending = ending
    try history.close(open, as: status, ending)
    return closed
  }

  private func result(_ outcome: Outcome, _ record: ExecutionRecord?) -> ExecutionResult {
    ExecutionResult(
      job: config, outcome: outcome, record: record,
      exitStatus: outcome.exitStatus(config.retry, in: setting))
  }
}
