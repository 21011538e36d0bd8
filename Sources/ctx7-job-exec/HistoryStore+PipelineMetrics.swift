import Ctx7CLI
import Ctx7Executor
import Ctx7History
import Ctx7Model
import Ctx7Systemd

extension HistoryStore {
  /// The lines that export the metrics of all jobs to the journal.
  func pipelineMetrics(_ locations: Locations, at now: Timestamp) throws -> [PipelineMetrics] {
    let (jobs, metrics) = (try storedJobs(), try metricsByJob())
    let judged = try health(
      of: jobs, metrics, open: openAttempts().filter { $0.isAlive(lockDirectory: locations.lockDirectory) },
      at: now, switchedOff: JobSwitch(directory: locations.disabledDirectory).reason,
      faults: locations.scope.faults(of: jobs.map(\.job.config.id)), zone: HostZones.zone(of:))
    let health = Dictionary(judged.map { ($0.jobID, $0.status) }, uniquingKeysWith: { $1 })
    return metrics.values.sorted { $0.jobID < $1.jobID }.map {
      $0.pipelineMetrics(health[$0.jobID])
    }
  }
}
