public import Ctx7Config
public import Ctx7Model

/// The units that a configuration asks for, and which of their timers run.
public struct UnitPlan: Hashable, Sendable {
  /// The pair of one job.
  public struct Pair: Hashable, Sendable {
    /// What the units run.
    public var job: ResolvedJob
    /// `ctx7-job-ID.timer`
    public var timer: UnitFile
    /// `ctx7-job-ID.service`
    public var service: UnitFile
  }

  /// By job id.
  public var pairs: [Pair]

  /// Plans the units of all jobs.
  public init(_ configuration: Configuration, _ target: UnitTarget) {
    let hash = ConfigHash(configuration.host)
    pairs = configuration.jobs.map { config in
      let job = ResolvedJob(config: config, host: configuration.host)
      let service = UnitFile.service(of: job, hash: hash.of(config), target)
      return Pair(job: job, timer: .timer(of: config, target), service: service)
    }
  }

  /// All files, timer and service of each job.
  public var files: [UnitFile] { pairs.flatMap { [$0.timer, $0.service] } }
}
