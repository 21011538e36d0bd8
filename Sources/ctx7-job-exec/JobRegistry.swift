import Ctx7CLI
import Ctx7Database
import Ctx7Documents
import Ctx7History
import Ctx7Jobs
import Ctx7Model

/// The one table that turns what a job is configured to do into the job that does it.
struct JobRegistry {
  private let locations: Locations
  private let history: HistoryStore
  private let host: HostSettings

  init(_ locations: Locations, _ history: HistoryStore, _ host: HostSettings) {
    self.locations = locations
    self.history = history
    self.host = host
  }

  func job(for work: JobWork) throws -> any Job {
    switch work {
    case .documentRefresh(let parameters):
      try writing { DocumentRefresh(parameters, store: $0, policy: TTLPolicy()) }
    case .ttlCleanup(let parameters):
      try writing { TTLCleanup(parameters, store: $0) }
    case .healthCheck:
      HealthCheck(probes: probes, metrics: { [history] in try history.metrics().map(\.pipelineMetrics) })
    case .maintenance:
      Maintenance(chores: chores)
    }
  }

  private func writing(_ job: (DocumentStore) -> any Job) throws -> any Job {
    let store = try DocumentStore(path: locations.documentsFile, durability: .checkpoint)
    return CheckpointedJob(job: job(store), file: store.file)
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

  private var chores: [Maintenance.Chore] {
    let cutOff = Timestamp.now.adding(days: -Int64(host.historyRetentionDays))
    return [
      Maintenance.Chore("history retention") { [history] in
        ["deleted_executions": JSONValue(try history.deleteExecutions(completedBefore: cutOff))]
      },
      Maintenance.Chore("check history") { [history] in
        try history.file.quickCheck()
        return "ok"
      },
      Maintenance.Chore("check documents") { [locations] in
        try DocumentStore(path: locations.documentsFile).file.quickCheck()
        return "ok"
      },
      Maintenance.Chore("renew statistics") { [history, locations] in
        try history.file.optimize()
        try DocumentStore(path: locations.documentsFile).file.optimize()
        return "ok"
      },
      Maintenance.Chore("checkpoint") { [history, locations] in
        [
          "history": .bool(try history.file.checkpoint()),
          "documents": .bool(try DocumentStore(path: locations.documentsFile).file.checkpoint()),
        ]
      },
    ]
  }
}
