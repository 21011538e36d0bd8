internal import Ctx7Database
public import Ctx7History
public import Ctx7Model

/// What is due when the system has booted: executions that a crash or a shutdown cut off, retries that nobody waits
/// for any more, and intervals that have passed while the system was down.
public struct Resumption: Sendable {
  let history: HistoryStore
  let lockDirectory: String
  let jobSwitch: JobSwitch

  /// Creates a resumption.
  public init(history: HistoryStore, lockDirectory: String, jobSwitch: JobSwitch) {
    self.history = history
    self.lockDirectory = lockDirectory
    self.jobSwitch = jobSwitch
  }

  /// The jobs to start, each with the reason, in the order of their ids.
  ///
  /// What was run by hand is not resumed: nobody waits for it.
  public func due(at now: Timestamp) throws -> [(job: JobID, reason: String)] {
    let jobs = try history.jobs().filter { $0.host.enabled && jobSwitch.switchedOff($0.config.id) == nil }
    let orphans = Dictionary(
      grouping: try Orphans(history: history, lockDirectory: lockDirectory).all().filter(\.isOfUnit),
      by: \.jobID)
    let retries = Set(try history.pendingRetries().filter(\.isOfUnit).map(\.jobID))
    return try jobs.compactMap { job in
      let id = job.config.id
      // What the policy would not try again stays for the job's next start to close.
      let mayBeRetried = orphans[id]?.contains {
        job.config.retry.nextAttempt(after: .processDied, retries: $0.retryCount, endedAt: now) != nil
      }
      if mayBeRetried == true { return (id, "an execution was cut off") }
      if retries.contains(id) { return (id, "a retry is due") }
      if let reason = try overdue(job.config, at: now) { return (id, reason) }
      return nil
    }
  }

  /// A timer that counts from the last run knows nothing of runs before the boot.
  ///
  /// Its bounds are looked at here: what is started without a timer is refused for none of them.
  private func overdue(_ job: JobConfig, at now: Timestamp) throws(StorageError) -> String? {
    guard job.enabled, case .interval(let seconds) = job.schedule.recurrence, job.schedule.catchUp,
      job.schedule.startTime.map({ $0 <= now }) ?? true, !job.schedule.isOver(at: now, in: .utc),
      job.schedule.triggers(in: .utc, from: now).intervalSeconds != nil,
      let last = try history.metrics(of: job.id)?.lastExecutionAt,
      last.adding(seconds: Int64(seconds)) <= now
    else { return nil }
    return "its last run began \(last), and it is to run every \(Double(seconds).asDuration)"
  }
}
