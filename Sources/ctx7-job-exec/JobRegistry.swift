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

  init(_ locations: Locations, _ history: HistoryStore, _ host: HostSettings) {
    self.locations = locations
    self.history = history
    self.host = host
  }

  func job(for work: JobWork) throws -> any Job {
    switch work {
    case .documentRefresh(let parameters):
      DocumentRefresh(parameters, store: try documents(), policy: TTLPolicy())
    case .ttlCleanup(let parameters):
      TTLCleanup(parameters, store: try documents())
    case .healthCheck:
      HealthCheck(probes: probes, metrics: metrics)
    case .maintenance:
      Maintenance(chores: chores, metrics: metrics)
    case .command(let parameters):
      Command(parameters, environment: ProcessInfo.processInfo.environment)
    }
  }

  private var metrics: @Sendable () throws -> [PipelineMetrics] {
    { [history] in try history.metrics().map(\.pipelineMetrics) }
  }

  private func documents() throws -> DocumentStore {
    try DocumentStore(path: locations.documentsFile)
  }

  private var probes: [HealthCheck.Probe] {
    [
      HealthCheck.Probe("database", isVital: true) { [history] in
        let jobs = try history.jobs().count
        return HealthCheck.Finding(.healthy, "\(jobs) jobs generated")
      },
      HealthCheck.Probe("workspaces", isVital: false) { [locations] in
        let store = try DocumentStore(path: locations.documentsFile)
        let workspaces = try store.workspaces()
        let expired = try store.expiredWorkspaces(at: .now)
        return HealthCheck.Finding(
          expired.isEmpty ? .healthy : .degraded,
          expired.isEmpty
            ? "\(workspaces.count) workspaces"
            : "expired documents in \(expired.map(\.rawValue).joined(separator: ", "))",
          figures: [
            .init("total_workspaces", .integer(workspaces.count)),
            .init("healthy_workspaces", .integer(workspaces.count - expired.count)),
          ])
      },
    ]
  }
}
