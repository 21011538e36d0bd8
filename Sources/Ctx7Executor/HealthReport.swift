public import Ctx7History
public import Ctx7Model
internal import Ctx7Systemd

/// How all generated jobs do at one moment, and the facts by which they are judged: the history, the locks of what
/// works, the operator's switches, and what systemd says of their units.
public struct HealthReport: Sendable {
  /// By job id.
  public let jobs: [StoredJob]
  /// Jobs without an execution have none.
  public let metrics: [JobID: JobMetrics]
  /// The attempts that work or wait for their turn; not those of dead processes.
  public let open: [ExecutionRecord]
  /// Why operators have switched jobs off.
  public let switchedOff: [JobID: SwitchedOff]
  /// Empty where no systemd answers.
  public let unitFaults: [JobID: UnitFault]
  /// Of every job.
  public let health: [JobID: JobHealth]

  /// Reads and judges.
  ///
  /// - Parameters:
  ///   - id: the only job to be looked at; nil for all.
  ///   - zone: the zone of a schedule.
  /// - Throws: `StorageError` when the history cannot be read.
  public init(
    _ history: HistoryStore, of id: JobID? = nil, lockDirectory: String, disabledDirectory: String,
    scope: Scope,
    zone: (Schedule) -> ZoneRules, at now: Timestamp
  ) throws {
    let jobs = try history.storedJobs(of: id)
    let ids = jobs.map(\.job.config.id)
    let metrics = try history.metricsByJob()
    let open = try history.liveAttempts(lockDirectory: lockDirectory)
    let jobSwitch = JobSwitch(directory: disabledDirectory)
    let switchedOff = ids.reduce(into: [:]) { $0[$1] = jobSwitch.switchedOff($1) }
    let begun = Dictionary(open.map { ($0.jobID, $0.startedAt) }, uniquingKeysWith: max)
    let latest = try history.latestEnded(of: ids)
    let unitFaults = scope.faults(of: ids).filter { id, fault in
      !fault.isRecorded(by: latest[id]?.startedAt)
    }
    let recent = try history.recentAttempts(
      of: ids.filter { metrics[$0].map { $0.failedExecutions > 0 } == true })
    health = jobs.reduce(into: [:]) { health, stored in
      let id = stored.job.config.id
      let facts = JobHealth.Facts(
        job: stored.job, metrics: metrics[id], recent: recent[id] ?? RecentAttempts(),
        generatedAt: stored.updatedAt, switchedOff: switchedOff[id],
        latest: latest[id], openSince: begun[id], zone: zone(stored.job.config.schedule),
        unitFault: unitFaults[id], scope: scope)
      health[id] = JobHealth(facts, at: now)
    }
    self.jobs = jobs
    self.metrics = metrics
    self.open = open
    self.switchedOff = switchedOff
    self.unitFaults = unitFaults
  }

  /// The judgements by job id.
  public var judgements: [JobHealth] { jobs.compactMap { health[$0.job.config.id] } }

  /// All jobs together.
  public var overall: JobMetrics.Health { JobHealth.overall(judgements) }

  /// The metrics of a job; those of no execution before the first.
  public func metrics(of id: JobID) -> JobMetrics { metrics[id] ?? JobMetrics(jobID: id) }

  /// How a job does.
  public func status(of id: JobID) -> JobMetrics.Health { health[id]?.status ?? .unknown }

  /// How a job does, as people read it: `off` where it is.
  public func word(of id: JobID) -> String { health[id]?.word ?? status(of: id).rawValue }

  /// Whether a job fires: by its configuration, the host's, and the operator's switch.
  public func isOn(_ job: ResolvedJob) -> Bool { job.isEnabled && switchedOff[job.config.id] == nil }
}
