import Ctx7CLI
import Ctx7Executor
import Ctx7History
import Ctx7Model
import Ctx7Systemd

extension HealthReport {
  /// Of the jobs that live in these directories.
  init(_ history: HistoryStore, of id: JobID? = nil, _ locations: Locations, at now: Timestamp) throws {
    try self.init(
      history, of: id, lockDirectory: locations.lockDirectory, disabledDirectory: locations.disabledDirectory,
      scope: locations.scope, zone: HostZones.zone(of:), at: now)
  }
}
