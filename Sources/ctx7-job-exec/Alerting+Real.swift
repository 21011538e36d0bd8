import Ctx7Alerts
import Ctx7Executor
import Ctx7History
import Ctx7Model
import Ctx7Systemd
import Logging

extension Alerting {
  /// Alerts of this host, to the journal and the configured sinks.
  ///
  /// - Parameters:
  ///   - credentialsFolder: where the operator keeps secrets.
  ///   - waitsForCredentials: whether sinks whose secrets are missing are left to the next process.
  static func real(
    _ history: HistoryStore, _ host: HostSettings, _ surroundings: Surroundings,
    _ environment: [String: String], credentialsFolder: String, waitsForCredentials: Bool = false
  ) -> Alerting {
    let credentials = Credentials(environment: environment, folder: credentialsFolder)
    return Alerting(
      history: history, journal: JournalLogHandler.isAvailable ? ExecutionLog.logger() : nil,
      sinks: host.alertSinks.map {
        AlertSink($0, credentials: credentials, waitsForCredentials: waitsForCredentials)
      },
      surroundings: surroundings)
  }
}
