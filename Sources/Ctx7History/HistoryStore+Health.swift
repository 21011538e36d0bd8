public import Ctx7Database
public import Ctx7Model
internal import GRDB

extension HistoryStore {
  /// The health of jobs.
  ///
  /// - Parameters:
  ///   - reason: why an operator has switched a job off; nil when it is on.
  ///   - zone: the zone of a schedule.
  public func health(
    of jobs: [StoredJob], at now: Timestamp, switchedOff reason: (JobID) -> String?,
    zone: (Schedule) -> ZoneRules
  ) throws(StorageError) -> [JobHealth] {
    let metrics = Dictionary(try metrics().map { ($0.jobID, $0) }, uniquingKeysWith: { $1 })
    return try jobs.map { stored throws(StorageError) in
      let config = stored.job.config
      return JobHealth(
        JobHealth.Facts(
          job: stored.job, metrics: metrics[config.id], generatedAt: stored.createdAt,
          switchedOff: reason(config.id), latest: try latestEnded(of: config.id), zone: zone(config.schedule)),
        at: now)
    }
  }

  private func latestEnded(of jobID: JobID) throws(StorageError) -> ExecutionRecord? {
    try file.read { database in
      try Row.fetchOne(
        database,
        sql: """
          SELECT * FROM background_job_executions
          WHERE job_id = ? AND status NOT IN ('pending', 'running') ORDER BY rowid DESC LIMIT 1
          """, arguments: [jobID.rawValue]
      ).map(ExecutionRecord.init(row:))
    }
  }
}
