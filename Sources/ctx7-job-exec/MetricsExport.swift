import Ctx7CLI
import Ctx7Documents
import Ctx7Executor
import Ctx7History
import Ctx7Model
import Ctx7Prometheus
import Logging

/// The file for Prometheus, where one is configured.
enum MetricsExport {
  /// Renews it; a file that cannot be written fails no job.
  static func renew(_ history: HistoryStore, _ host: HostSettings, _ locations: Locations) {
    guard let path = host.prometheusTextFile else { return }
    do {
      let snapshot = try Snapshot(
        history, documents: try DocumentStore.existing(at: locations.documentsFile), now: .now,
        isEnabled: JobSwitch(directory: locations.disabledDirectory).isOn)
      try TextFile(path: path).write(snapshot.text)
    } catch {
      ExecutionLog.logger().warning("the metrics were not exported: \(error)")
    }
  }
}
