import Ctx7Alerts
import Ctx7CLI
import Ctx7Executor
import Ctx7History
import Ctx7Model
import Ctx7Systemd
import Foundation
import Logging

extension JobExec {
  /// The step of `ExecStopPost=`.
  func settleJob(_ id: JobID) async throws {
    let environment = ProcessInfo.processInfo.environment
    guard var service = Settle.ServiceResult(environment: environment) else {
      throw Failure(
        .usage, "--settle is for ExecStopPost= of a unit: $SERVICE_RESULT is not set",
        hint: "the next execution of \(id) closes what a dead one left open")
    }
    // The common case costs no database: the main process closed its own execution.
    if service.isSuccess { return }
    let locations = location.locations
    try StateDirectory(locations).enter()
    let history = try HistoryStore(path: locations.historyFile)
    let scope = locations.scope
    if service.result != "exit-code" { service.isStopAsked = isAskedToStop(id, scope) }
    let surroundings = Surroundings.real(
      environment: environment, systemIsStopping: { UnitStart.systemIsStopping(scope) })
    let settle = Settle(
      history: history, lockDirectory: locations.lockDirectory, surroundings: surroundings,
      // systemd 252 names ExecStopPost= the credentials, and where it has mounts of its own hides them all the same.
      alerting: .real(
        history, try history.job(id)?.host ?? HostSettings(), surroundings,
        Credentials(environment: environment, folder: locations.credentialsDirectory),
        // TimeoutStopSec= holds for this step as well, and only the main process may extend it.
        waitsForCredentials: true,
        deadline: surroundings.uptimeMilliseconds() + Self.settlingMilliseconds))
    guard let settled = try await settle.run(id, service) else { return }
    if let host = try history.job(id)?.host { MetricsExport.renew(history, host, locations) }
    let reason = settled.ending?.failure?.message ?? service.result
    ExecutionLog.logger().log(
      level: service.isStop ? .notice : .error, "\(id) \(service.isStop ? "" : "failed: ")\(reason)",
      metadata: [
        "job_id": "\(id)", "execution_id": "\(settled.id)", "correlation_id": "\(settled.correlationID)",
      ])
  }

  /// Of the 30 seconds of `TimeoutStopSec=`.
  private static let settlingMilliseconds: Int64 = 20_000

  /// Where nobody answers a process that was killed is taken to have run.
  private func isAskedToStop(_ id: JobID, _ scope: Scope) -> Bool {
    do {
      return try SystemBus(scope).isAskedToStop(id.serviceUnit)
    } catch {
      ExecutionLog.logger().warning(
        "whether \(id) was stopped is not known, and its end counts as its own: \(error)",
        metadata: ["job_id": "\(id)"])
      return false
    }
  }
}
