public import Ctx7History
public import Ctx7Model

/// Closes what dead processes left open of any job, also of one that nobody runs any more.
public struct Reconciliation: Sendable {
  private let history: HistoryStore
  private let lockDirectory: String
  private let alerting: Alerting

  /// Creates a reconciliation.
  public init(history: HistoryStore, lockDirectory: String, alerting: Alerting) {
    self.history = history
    self.lockDirectory = lockDirectory
    self.alerting = alerting
  }

  /// How long after its latest end by `timeout_seconds` the row of a unit's run is left to those who may try it
  /// again, in seconds.
  private static let patience = 3600

  /// Closes the orphans of all jobs. What a unit has left is its settle step's, its next start's, or the resumption's
  /// at boot; it is only closed when it has been dead for so long that none of them has come.
  ///
  /// - Returns: how many were closed.
  public func run(at now: Timestamp) async throws -> Int {
    let orphans = Orphans(history: history, lockDirectory: lockDirectory)
    var count = 0
    for record in try orphans.all() {
      let job = try history.job(record.jobID)
      let latestEnd = record.startedAt.adding(seconds: Int64(job?.config.timeoutSeconds ?? 0))
      if record.isOfUnit, now < latestEnd.adding(seconds: Int64(Self.patience)) { continue }
      guard let closed = try orphans.close(record, of: job, at: now) else { continue }
      count += 1
      if let job { await alerting.judge(closed.record, of: job, closed.metrics) }
    }
    return count
  }
}
