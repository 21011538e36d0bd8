import Ctx7CLI
import Ctx7Database
import Ctx7Documents
import Ctx7Executor
import Ctx7History
import Ctx7Jobs
import Ctx7Model
import Foundation

/// The one table that turns what a job is configured to do into the job that does it.
struct JobRegistry {
  let locations: Locations
  let history: HistoryStore
  let host: HostSettings
  let alerting: Alerting
  private let secrets: Secrets
  private let environment: [String: String]
  private let config: JobConfig

  /// - Parameter secrets: read before the process became the owner of the state.
  init(
    _ locations: Locations, _ history: HistoryStore, _ resolved: ResolvedJob, _ secrets: Secrets,
    _ alerting: Alerting, environment: [String: String]
  ) {
    self.alerting = alerting
    self.locations = locations
    self.history = history
    self.secrets = secrets
    self.environment = environment
    host = resolved.host
    config = resolved.config
  }

  func job() throws -> any Job {
    switch config.work {
    case .documentRefresh(let parameters):
      try writing { DocumentRefresh(parameters, services: $0) }
    case .ttlCleanup(let parameters):
      try writing { TTLCleanup(parameters, services: $0) }
    case .healthCheck:
      HealthCheck(probes: try probes(), metrics: metrics)
    case .maintenance:
      Maintenance(chores: chores, metrics: metrics)
    case .command(let parameters):
      Command(parameters, environment: environment)
    }
  }

  private var metrics: @Sendable () throws -> [PipelineMetrics] {
    { [history, locations] in try history.pipelineMetrics(locations, at: .now) }
  }

  /// A job that writes many documents. What a row says before another store is changed must be on disk by then.
  private func writing(_ job: (DocumentServices) -> any Job) throws -> any Job {
    guard host.services.documentStore == .embedded else { return job(try services()) }
    let services = try services(durability: .checkpoint)
    return CheckpointedJob(job: job(services), file: services.rows.file)
  }

  private func services(durability: DatabaseFile.Durability = .write) throws -> DocumentServices {
    DocumentServices(
      rows: try DocumentStore(path: locations.documentsFile, durability: durability), settings: host.services,
      secrets: secrets, environment: environment, timeBudget: .seconds(config.timeoutSeconds))
  }

  private func probes() throws -> [HealthCheck.Probe] {
    let database = HealthCheck.Probe("database", isVital: true) { [history] in
      HealthCheck.Finding(.healthy, "\(try history.jobs().count.counted("job")) generated")
    }
    return [database] + HealthCheck.probes(of: try services(), now: { .now })
  }
}
