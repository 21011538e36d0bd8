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
  let jobSwitch: JobSwitch
  let setting: Setting
  let surroundings: Surroundings
  let reporter: Reporter
  let alerting: Alerting

  /// Creates an execution; nothing happens before `run`.
  public init(
    _ firing: Firing, of job: any Job, history: HistoryStore, lockDirectory: String, jobSwitch: JobSwitch,
    setting: Setting, surroundings: Surroundings, reporter: Reporter, alerting: Alerting
  ) {
    self.firing = firing
    self.job = job
    self.history = history
    self.lockDirectory = lockDirectory
    self.jobSwitch = jobSwitch
    self.setting = setting
    self.surroundings = surroundings
    self.reporter = reporter
    var alerting = alerting
    alerting.beginDelivery = { reporter.delivers(seconds: $0) }
    self.alerting = alerting
  }

  var config: JobConfig { firing.job.config }

  /// Runs the job: once, or until no further attempt is due where this process waits for retries itself.
  ///
  /// - Parameter signals: SIGTERM and SIGINT as numbers; the first one cancels the work.
  /// - Throws: `StorageError` or `LockError` when the execution could not be recorded. The work was not begun
  ///   then, or its row is still open: the settle step closes that with the exit status, else the next execution.
  public func run<Signals: AsyncSequence & Sendable>(signals: Signals) async throws -> ExecutionResult
  where Signals.Element == CInt, Signals.Failure == Never {
    let stop = StopSignal()
    return try await withThrowingTaskGroup(of: ExecutionResult?.self) { group in
      group.addTask {
        for await signal in signals {
          stop.note(signal)
          break
        }
        return nil
      }
      group.addTask { try await attempts(stop) }
      while let ended = try await group.next() {
        if let result = ended {
          group.cancelAll()
          return result
        }
        if stop.signal != nil { group.cancelAll() }
      }
      preconditionFailure("the attempts ended without a result")
    }
  }

  private func attempts(_ stop: StopSignal) async throws -> ExecutionResult {
    var beginning = try await begin()
    var wait: RetryWait?
    while true {
      let ended: Ended
      switch beginning {
      case .nothing: return result(.skipped(.nothingToRetry))
      case .firing: ended = try await attempt(Attempt(firstOf: firing), stop)
      case .retry(let failed):
        if leavesWaitToSystemd(failed) { return result(.skipped(.retryNotYetDue)) }
        if wait == nil { wait = try RetryWait.begin(for: failed, in: lockDirectory) }
        // Another process waits for it.
        guard wait != nil else { return result(.skipped(.alreadyRunning)) }
        if let stopped = try await self.wait(forRetryOf: failed, stop) { return stopped }
        ended = try await attempt(Attempt(after: failed, as: firing.requestedID, surroundings), stop)
      }
      let result = ended.result
      wait = ended.wait
      guard setting == .commandLine(.inline), stop.signal == nil, let record = result.record,
        record.status == .retry
      else { return result }
      reporter.conclude(result)
      reporter.tell(result)
      beginning = .retry(of: record)
    }
  }

  /// One attempt as steps: skip or go on, take the job's lock, wait for the turn, work, close the row; alerts come
  /// when the locks are free again.
  private func attempt(_ attempt: Attempt, _ stop: StopSignal) async throws -> Ended {
    if !attempt.isRetry {
      if let words = firing.due?.missedInWords { reporter.notice("\(config.id): \(words)", config.id) }
      if let reason = try reasonToSkip() { return Ended(result: try skip(reason)) }
    }
    let ended = try await workInTurn(attempt, stop)
    guard let record = ended.result.record, let metrics = ended.metrics else { return ended }
    switchOffIfFinished(record, metrics)
    await alerting.judge(record, of: firing.job, metrics)
    return ended
  }

  private struct Ended: ~Copyable {
    let result: ExecutionResult
    var metrics: JobMetrics?
    /// For the retry that this process will make.
    var wait: RetryWait?
  }

  private func workInTurn(_ attempt: Attempt, _ stop: StopSignal) async throws -> Ended {
    guard let lock = try JobLock.take(config.id, slots: config.maxConcurrentExecutions, in: lockDirectory)
    else { return Ended(result: try skip(.alreadyRunning, attempt)) }
    reporter.debug(
      "\(attempt.executionID) holds lock \(lock.slot) of \(config.maxConcurrentExecutions), by the configuration "
        + firing.job.hash, config.id)
    var record = attempt.record(of: config.id, slot: lock.slot, surroundings)
    let host = HostSlots(firing.job.host, in: lockDirectory)
    if try host.lineIsEmpty(), let slot = try host.take() {
      guard try open(record, attempt) else { return Ended(result: try refused(attempt)) }
      let ended = try await work(record, stop)
      _ = slot
      return ended
    }
    guard let place = try host.join(config.priority, since: surroundings.uptimeMilliseconds()) else {
      return Ended(result: try skip(.queueFull, attempt))
    }
    record.status = .pending
    guard try open(record, attempt) else { return Ended(result: try refused(attempt)) }
    guard let slot = await turn(of: place, host) else {
      return try close(record, outcome(of: stop), nil)
    }
    record.status = .running
    record.startedAt = surroundings.now()
    try history.begin(record)
    reporter.beginsAfterWait(timeoutSeconds: config.timeoutSeconds)
    let ended = try await work(record, stop)
    _ = slot
    return ended
  }

  private func open(_ record: ExecutionRecord, _ attempt: Attempt) throws(StorageError) -> Bool {
    try history.open(
      record, after: attempt.previousID, maxFirings: config.schedule.maxExecutions, answering: firing.due)
  }

  /// Another process was faster: it made the retry, or the last firing that max_executions allows.
  private func refused(_ attempt: Attempt) throws(StorageError) -> ExecutionResult {
    attempt.isRetry ? result(.skipped(.alreadyRunning)) : try skip(.exhausted)
  }

  private func work(_ record: ExecutionRecord, _ stop: StopSignal) async throws -> Ended {
    reporter.begins(record, config)
    let start = surroundings.uptimeMilliseconds()
    let cpuSecondsBefore = ResourceUsage.cpuSeconds
    let outcome = await perform(record, stop)
    let milliseconds = surroundings.uptimeMilliseconds() - start
    let usage = ResourceUsage.current
    return try close(
      record, outcome,
      Spent(
        seconds: Double(milliseconds) / 1000, cpuSeconds: usage.cpuSeconds - cpuSecondsBefore,
        memoryMB: usage.peakMemoryMB))
  }

  /// What the work has taken.
  private struct Spent {
    let seconds: Double
    let cpuSeconds: Double
    let memoryMB: Double
  }

  /// - Parameter spent: nil where no work was begun.
  private func close(_ open: ExecutionRecord, _ outcome: Outcome, _ spent: Spent?) throws -> Ended {
    guard let status = outcome.status else { preconditionFailure("a skipped firing has no row") }
    let now = surroundings.now()
    let next =
      setting == .commandLine(.none)
      ? nil : outcome.nextAttempt(config.retry, retries: open.retryCount, endedAt: now)
    var closed = open
    closed.status = next == nil ? status : .retry
    let ending = ExecutionRecord.Ending(
      completedAt: now, durationSeconds: spent?.seconds, failure: outcome.failure, nextAttemptAt: next,
      result: outcome.report?.result, recordsProcessed: outcome.report?.recordsProcessed ?? 0,
      recordsFailed: outcome.report?.recordsFailed ?? 0, memoryMB: spent?.memoryMB,
      cpuPercent: spent.flatMap { $0.seconds > 0 ? $0.cpuSeconds / $0.seconds * 100 : nil })
    closed.ending = ending
    // From before the row says that a retry is due: whoever sees one that nobody waits for gives it up.
    let wait =
      setting == .commandLine(.inline) && next != nil
      ? try? RetryWait.begin(for: open, in: lockDirectory) : nil
    let metrics = try history.close(open, as: closed.status, ending, letterOf: firing.job)
    if metrics == nil {
      reporter.warning(
        "\(closed.id) was closed by another process, which took this one for dead: its end is not in the history",
        config.id)
    }
    reporter.ends(closed)
    return Ended(result: result(outcome, closed), metrics: metrics, wait: wait)
  }

  func skip(_ reason: SkipReason, _ attempt: Attempt? = nil) throws(StorageError) -> ExecutionResult {
    switchOffIfFinished(reason)
    let isRetry = attempt?.isRetry ?? false
    // A retry that could not begin is still due: its firing is not lost.
    if !isRetry { try history.countSkipped(config.id, answering: firing.due, at: surroundings.now()) }
    return result(.skipped(reason), retryIsDue: isRetry)
  }

  func result(_ outcome: Outcome, _ record: ExecutionRecord? = nil, retryIsDue: Bool = false)
    -> ExecutionResult
  {
    ExecutionResult(
      job: config, outcome: outcome, record: record,
      exitStatus: outcome.exitStatus(
        config.retry, in: setting, retryIsDue: retryIsDue || record?.status == .retry))
  }
}
