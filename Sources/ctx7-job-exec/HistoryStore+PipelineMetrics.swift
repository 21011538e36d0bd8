import Ctx7CLI
import Ctx7Executor
import Ctx7History
import Ctx7Model
import Ctx7Systemd

extension HistoryStore {
  /// The lines that export the metrics of all jobs to the journal.
  func pipelineMetrics(_ locations: Locations, at now: Timestamp) throws -> [PipelineMetrics] {
    let report = try HealthReport(
      self, lockDirectory: locations.lockDirectory, disabledDirectory: locations.disabledDirectory,
      scope: locations.scope, zone: HostZones.zone(of:), at: now)
    return report.metrics.values.sorted { $0.jobID < $1.jobID }.map {
      $0.pipelineMetrics(report.health[$0.jobID]?.status)
    }
  }
}
