public import Ctx7Database
public import Ctx7History
public import Ctx7Model

extension DueFiring {
  /// Judges a timer's firing by what the history says of the job.
  ///
  /// - Returns: nil when the attempt before waits for its retry and was due for the same instant of the schedule: this
  ///   is that retry, and no firing of its own.
  public static func judge(
    _ job: JobConfig, _ timer: TimerFacts, _ history: HistoryStore, in zone: ZoneRules
  ) throws(StorageError) -> DueFiring? {
    let latest = try history.executions(of: job.id, limit: 1).first
    // Nobody knows how long a run was going that is still open.
    let run = latest.map { run in
      run.startedAt...max(run.startedAt, run.ending?.completedAt ?? run.startedAt)
    }
    let lastDue = try history.metrics(of: job.id)?.lastDueAt
    let due = job.schedule.judge(timer, after: RunsBefore(lastDue: lastDue, latest: run), in: zone)
    guard let latest, latest.status == .retry, let repeated = latest.scheduledFor else { return due }
    return due.scheduledFor <= repeated ? nil : due
  }
}
