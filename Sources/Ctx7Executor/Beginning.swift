internal import Ctx7Database
internal import Ctx7History
internal import Ctx7Model

/// What a process that was started for a job has to do.
enum Beginning {
  /// A firing: the first attempt.
  case firing
  /// The next attempt after a failed one, when it is due.
  case retry(of: ExecutionRecord)
  /// Nothing: systemd has restarted what the retry policy gives up.
  case nothing
}

extension Execution {
  /// Closes what dead processes left open, then judges what this process was started for.
  ///
  /// systemd restarts whatever was killed, as often as it is killed; the history says whether another attempt
  /// is due.
  func begin() async throws -> Beginning {
    let orphaned = try await closeOrphans()
    guard setting == .unit else {
      let waiting = try retriesThatNobodyMakes().filter { !$0.isOfUnit }
      let pending = setting.isRestarted ? waiting.last(where: isTimely) : nil
      for record in waiting where record.id != pending?.id { try await abandon(record) }
      return pending.map(Beginning.retry) ?? .firing
    }
    guard let pending = try history.retryOfUnit(of: config.id) else {
      return firing.isRestart ? .nothing : .firing
    }
    // A boot in between means that it was waiting, or working, when the system went down.
    let isFromLastBoot = pending.startedAt < surroundings.bootedAt()
    if firing.isRestart || isFromLastBoot || orphaned.contains(pending.id) { return .retry(of: pending) }
    for record in try retriesThatNobodyMakes() { try await abandon(record) }
    return .firing
  }

  /// Closes the rows that are open although nobody holds their lock.
  ///
  /// What was started as this process is, and is started again, is due at once, if the policy allows it: this process is
  /// there to do it.
  ///
  /// - Returns: the ids of those that are due again.
  private func closeOrphans() async throws -> Set<String> {
    var due: Set<String> = []
    let orphans = Orphans(history: history, lockDirectory: lockDirectory)
    for record in try orphans.all(of: config.id) {
      let now = surroundings.now()
      let isRetried =
        setting.isRestarted && record.isOfUnit == (setting == .unit)
        && config.retry.allowsRetry(after: .processDied, retries: record.retryCount)
      if isRetried { due.insert(record.id) }
      if let closed = try orphans.close(
        record, of: firing.job, nextAttemptAt: isRetried ? now : nil, at: now)
      {
        await alerting.judge(closed.record, of: firing.job, closed.metrics)
      }
    }
    return due
  }

  /// Whether a retry may still be what this process was started for: nobody waits longer than the policy says.
  private func isTimely(_ failed: ExecutionRecord) -> Bool {
    guard let due = failed.ending?.nextAttemptAt else { return false }
    return surroundings.now() <= due.adding(seconds: Int64(config.retry.maxDelaySeconds))
  }

  /// Those that are due while no process waits for them.
  private func retriesThatNobodyMakes() throws -> [ExecutionRecord] {
    try history.pendingRetries(of: config.id).filter { !RetryWait.isHeld(for: $0, in: lockDirectory) }
  }

  func abandon(_ record: ExecutionRecord) async throws {
    let reason =
      "its retry was due \(record.ending?.nextAttemptAt?.description ?? ""), but the wait was stopped"
    let closed = try history.abandonRetry(
      record, reason: reason, at: surroundings.now(), letterOf: firing.job)
    if let closed, let metrics = try history.metrics(of: config.id) {
      await alerting.judge(closed, of: firing.job, metrics)
    }
  }
}
