public import Ctx7Database
public import Ctx7Model
internal import GRDB

extension HistoryStore {
  /// The health of jobs.
  ///
  /// - Parameters:
  ///   - metrics: those of all jobs that have any.
  ///   - open: the attempts that work or wait for their turn; not those of dead processes.
  ///   - reason: why an operator has switched a job off; nil when it is on.
  ///   - faults: what systemd says of their units; empty where it does not answer.
  ///   - systemctl: how systemd is spoken to, in hints.
  ///   - zone: the zone of a schedule.
  public func health(
    of jobs: [StoredJob], _ metrics: [JobID: JobMetrics], open: [ExecutionRecord], at now: Timestamp,
    switchedOff reason: (JobID) -> String?, faults: [JobID: UnitFault] = [:], systemctl: String = "systemctl",
    zone: (Schedule) -> ZoneRules
  ) throws(StorageError) -> [JobHealth] {
    let begun = Dictionary(open.map { ($0.jobID, $0.startedAt) }, uniquingKeysWith: max)
    let latest = try latestEnded(of: jobs.map(\.job.config.id))
    return jobs.map { stored in
      let config = stored.job.config
      var facts = JobHealth.Facts(
        job: stored.job, metrics: metrics[config.id], generatedAt: stored.updatedAt,
        switchedOff: reason(config.id), latest: latest[config.id], zone: zone(config.schedule))
      facts.openSince = begun[config.id]
      facts.unitFault = faults[config.id]
      facts.systemctl = systemctl
      return JobHealth(facts, at: now)
    }
  }

  /// The latest execution that has asked the services; nil before the first one.
  ///
  /// - Parameter jobs: the jobs of type `health_check`; without any, as in a container where none are generated, it is
  ///   told by its result.
  public func latestHealthCheck(of jobs: [JobID]) throws(StorageError) -> ExecutionRecord? {
    var recent: [ExecutionRecord] = jobs.isEmpty ? try executions(limit: 100) : []
    for job in jobs { recent += try executions(of: job, limit: 20) }
    return recent.filter { $0.ending?.result?["health_checks"] != nil }.max { $0.startedAt < $1.startedAt }
  }

  /// The latest attempts that have ended; by one statement, which costs more to prepare than to run.
  private func latestEnded(of jobs: [JobID]) throws(StorageError) -> [JobID: ExecutionRecord] {
    try file.read { database in
      let statement = try database.makeStatement(
        sql: """
          SELECT * FROM background_job_executions
          WHERE job_id = ? AND status NOT IN ('pending', 'running') ORDER BY rowid DESC LIMIT 1
          """)
      return try jobs.reduce(into: [:]) { latest, id in
        latest[id] = try Row.fetchOne(statement, arguments: [id.rawValue]).map(ExecutionRecord.init(row:))
      }
    }
  }
}
