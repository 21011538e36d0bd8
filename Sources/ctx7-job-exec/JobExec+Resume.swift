import Ctx7CLI
import Ctx7Database
import Ctx7Executor
import Ctx7History
import Ctx7Model
import Ctx7Systemd
import Foundation
import Logging

extension JobExec {
  /// The step of `ctx7-resume.service`: asks systemd to start what the last shutdown or crash interrupted.
  ///
  /// It writes nothing. Each job closes its own rows and knows what is due.
  func resumeJobs() throws {
    let locations = location.locations
    guard FileManager.default.fileExists(atPath: locations.historyFile) else { return }
    let history = try HistoryStore(path: locations.historyFile, access: .readOnly)
    let resumption = Resumption(
      history: history, lockDirectory: locations.lockDirectory,
      jobSwitch: JobSwitch(directory: locations.disabledDirectory))
    let due = try resumption.due(at: .now)
    guard !due.isEmpty else { return }
    let bus = try SystemBus(locations.scope)
    let logger = ExecutionLog.logger()
    for (id, reason) in due {
      do {
        try bus.queueStart(id.serviceUnit)
        logger.notice("\(id) is started: \(reason)", metadata: ["job_id": "\(id)"])
      } catch {
        logger.error("\(id) cannot be started, although \(reason): \(error)", metadata: ["job_id": "\(id)"])
      }
    }
  }
}
