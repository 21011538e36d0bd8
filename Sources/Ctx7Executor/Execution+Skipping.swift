internal import Ctx7Database
internal import Ctx7History
internal import Ctx7Model

extension Execution {
  /// A person who starts a job knows what they want; only a timer's firing asks whether that job is on and due. That
  /// all jobs are off holds for both.
  func reasonToSkip() throws(StorageError) -> SkipReason? {
    if !firing.job.host.enabled { return .serviceDisabled }
    guard firing.trigger == .timer else { return nil }
    if !config.enabled { return .jobDisabled }
    if let reason = firing.due?.skip { return reason }
    let due = firing.scheduledFor ?? surroundings.now()
    if let start = config.schedule.startTime, due < start { return .notYetDue }
    if let end = config.schedule.endTime, due > end { return .ended }
    if let limit = config.schedule.maxExecutions,
      try history.metrics(of: config.id).map({ $0.timerFirings >= limit }) == true
    {
      return .exhausted
    }
    return jobSwitch.switchedOff(config.id).map(SkipReason.switchedOff)
  }

  /// Turns a job off that its schedule never fires again, so that its timer stays off from the next boot on.
  func switchOffIfFinished(_ record: ExecutionRecord, _ metrics: JobMetrics) {
    guard record.trigger == .timer, record.status != .retry else { return }
    if let limit = config.schedule.maxExecutions, metrics.timerFirings >= limit {
      switchOff("it has run \(limit.counted("time")), as often as max_executions allows")
    } else if case .once = config.schedule.recurrence {
      switchOff("it was to run once, and has")
    } else if let end = config.schedule.endTime, end < surroundings.now() {
      switchOff("its end_time \(end) has passed")
    }
  }

  /// The same for a firing that came too late.
  func switchOffIfFinished(_ reason: SkipReason) {
    switch reason {
    case .ended: switchOff("its end_time \(config.schedule.endTime?.description ?? "") has passed")
    case .exhausted:
      switchOff(
        "it has run \((config.schedule.maxExecutions ?? 0).counted("time")), as often as max_executions allows"
      )
    default: break
    }
  }

  private func switchOff(_ reason: String) {
    guard jobSwitch.switchedOff(config.id) == nil else { return }
    do {
      try jobSwitch.turnOff(config.id, reason: reason, finished: config.schedule)
      reporter.notice("\(config.id) is finished: \(reason); its timer stays off from now on", config.id)
    } catch {
      return reporter.warning("\(config.id) is finished, but cannot be switched off: \(error)", config.id)
    }
    do {
      // The switch keeps it from being started again; it runs still.
      try surroundings.stopTimer(config.id)
    } catch {
      reporter.warning(
        "the timer of \(config.id) cannot be stopped, and goes on firing until the next boot, each time to be "
          + "skipped: \(error); '\(surroundings.scope.systemctl) stop \(config.id.timerUnit)' stops it",
        config.id)
    }
  }
}
