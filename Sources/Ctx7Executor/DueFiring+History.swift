internal import Ctx7Database
public import Ctx7History
public import Ctx7Model

extension DueFiring {
  /// Judges a timer's firing by what the history says of the job.
  ///
  /// - Returns: nil when an attempt of an earlier firing is open or waits for its retry: this is its next attempt,
  ///   and no firing of its own.
  public static func judge(
    _ job: JobConfig, _ timer: TimerFacts, _ history: HistoryStore, in zone: ZoneRules
  ) throws -> DueFiring? {
    let latest = try history.executions(of: job.id, limit: 1).first
    if let latest, [.pending, .running, .retry].contains(latest.status) { return nil }
    let run = latest.flatMap { run in
      run.ending.map { run.startedAt...max(run.startedAt, $0.completedAt) }
    }
    let lastDue = try history.metrics(of: job.id).first?.lastDueAt
    return job.schedule.judge(timer, after: RunsBefore(lastDue: lastDue, latest: run), in: zone)
  }
}
