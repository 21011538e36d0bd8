import Ctx7CLI
import Ctx7Database
import Ctx7Documents
import Ctx7History
import Ctx7Jobs
import Ctx7Model
import Foundation

/// The one table that turns what a job is configured to do into the job that does it.
struct JobRegistry {
  let locations: Locations
  let history: HistoryStore
  let host: HostSettings
  private let secrets: Secrets
  private let environment: [String: String]
  private let timeoutSeconds: Int

  /// - Parameter secrets: read before the process became the owner of the state.
  init(
    _ locations: Locations, _ history: HistoryStore, _ resolved: ResolvedJob, _ secrets: Secrets,
    environment: [String: String]
  ) {
    self.locations = locations
    self.history = history
    self.secrets = secrets
    self.environment = environment
    host = resolved.host
    timeoutSeconds = resolved.config.timeoutSeconds
  }

  func job(for work: JobWork) throws -> any Job {
    switch work {
    case .documentRefresh(let parameters):
      try writing { DocumentRefresh(parameters, services: $0) }
    case .ttlCleanup(let parameters):
      try writing { TTLCleanup(parameters, services: $0) }
    case .healthCheck:
      HealthCheck(probes: try probes(), metrics: metrics)
    case .maintenance:
      Maintenance(chores: chores, metrics: metrics)
    case .command(let parameters):
      Command(parameters, environment: ProcessInfo.processInfo.environment)
    }
  }

  private var metrics: @Sendable () throws -> [PipelineMetrics] {
    { [history] in try history.metrics().map(\.pipelineMetrics) }
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
      secrets: secrets, environment: environment, timeBudget: .seconds(timeoutSeconds))
  }

  private func probes() throws -> [HealthCheck.Probe] {
    let services = try services()
    var probes = [
      HealthCheck.Probe("database", isVital: true) { [history] in
        let jobs = try history.jobs().count
        return HealthCheck.Finding(.healthy, "\(jobs) jobs generated")
      }
    ]
    if services.settings.documentStore == .weaviate {
      probes.append(.init("weaviate", isVital: true) { HealthCheck.Finding(await services.weaviateHealth()) })
    }
    probes.append(
      .init("context7_service", isVital: false) { HealthCheck.Finding(await services.context7Health()) })
    probes += [("embedding", services.settings.embedding), ("llm", services.settings.llm)]
      .filter { $1.provider != .none }
      .map { name, model in
        .init(name, isVital: false) { HealthCheck.Finding(await services.modelHealth(model)) }
      }
    probes.append(.init("workspaces", isVital: false) { try Self.workspaces(services.rows) })
    return probes
  }

  private static func workspaces(_ rows: DocumentStore) throws -> HealthCheck.Finding {
    let workspaces = try rows.workspaces()
    let expired = try rows.expiredWorkspaces(at: .now)
    return HealthCheck.Finding(
      expired.isEmpty ? .healthy : .degraded,
      expired.isEmpty
        ? "\(workspaces.count) workspaces"
        : "expired documents in \(expired.map(\.rawValue).joined(separator: ", "))",
      figures: [
        .init("total_workspaces", .integer(workspaces.count)),
        .init("healthy_workspaces", .integer(workspaces.count - expired.count)),
      ])
  }
}

extension HealthCheck.Finding {
  /// What a service said.
  fileprivate init(_ health: ServiceHealth) {
    let status: HealthCheck.Status =
      switch health.status {
      case .healthy: .healthy
      case .degraded: .degraded
      case .unhealthy: .unhealthy
      }
    self.init(status, health.details)
  }
}
