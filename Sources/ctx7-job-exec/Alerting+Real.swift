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
  ///   - waitsForCredentials: whether sinks whose secrets are missing are left to the next process.
  ///   - deadline: when this process has to be done with deliveries; nil where it may take the time that they need.
  static func real(
    _ history: HistoryStore, _ host: HostSettings, _ surroundings: Surroundings,
    _ credentials: Credentials, waitsForCredentials: Bool = false, deadline: Int64? = nil
  ) -> Alerting {
    Alerting(
      history: history, journal: JournalLogHandler.isAvailable ? ExecutionLog.logger() : nil,
      sinks: host.alertSinks.map {
        AlertSink($0, credentials: credentials, waitsForCredentials: waitsForCredentials)
      },
      surroundings: surroundings, deadline: deadline)
  }
}
