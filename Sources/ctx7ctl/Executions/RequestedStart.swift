import Ctx7CLI
import Ctx7Database
import Ctx7History
import Ctx7Model
import Ctx7Systemd

/// The start of a job's unit under ids that are known beforehand.
struct RequestedStart {
  private let id: JobID
  private let locations: Locations

  init(_ id: JobID, _ locations: Locations) {
    self.id = id
    self.locations = locations
  }

  /// Leaves the ids and starts the unit; returns before the run has begun.
  ///
  /// - Throws: `Failure` when the unit is busy, or systemd does not start it.
  func begin(requestedBy who: String) async throws -> ExecutionRequest {
    let bus: SystemBus
    do { bus = try SystemBus(locations.manager) } catch {
      throw Failure(
        .unavailable, "no systemd runs here to start \(id.serviceUnit)",
        hint: "run it in the foreground: ctx7-job-exec --job \(id)")
    }
    guard try await bus.isReady(id.serviceUnit) else { throw try refusal(bus) }
    let suffix = String(UInt32.random(in: 0x1000_0000 ... .max), radix: 16)
    let request = ExecutionRequest(
      executionID: "\(id)_\(suffix)", correlationID: "manual_\(suffix)", jobID: id, requestedAt: .now,
      requestedBy: who)
    let owner = StateDirectory(locations)
    try owner.asOwner { try HistoryStore(path: locations.historyFile).request(request) }
    do {
      try bus.queueStart(id.serviceUnit)
    } catch {
      try owner.asOwner { try HistoryStore(path: locations.historyFile).withdrawRequest(request.executionID) }
      throw Failure(.unavailable, "\(id.serviceUnit) was not started: \(error)", hint: "run this as root")
    }
    return request
  }

  /// What the unit is busy with, so that it cannot be started.
  private func refusal(_ bus: SystemBus) throws -> Failure {
    let history = try HistoryStore(path: locations.historyFile, access: .readOnly)
    if let due = try history.pendingRetries(of: id).last?.ending?.nextAttemptAt {
      return Failure(
        .tryAgain, "\(id) waits for its next attempt at \(due.local)",
        hint: "'ctx7ctl cancel \(id)' calls it off")
    }
    let began = Int64(
      try bus.number(UnitNumber("ExecMainStartTimestamp", of: id.serviceUnit, "Service")) / 1000)
    // A unit that has just been started has no row of its own yet: its latest one is that of an earlier start.
    if let latest = try history.executions(of: id, limit: 1).first, latest.ending != nil,
      latest.startedAt.rawValue >= began
    {
      return Failure(
        .tryAgain, "\(id) has ended and its unit is still settling", hint: "try again in a moment")
    }
    return Failure(.tryAgain, "\(id) is running already", hint: "'ctx7ctl running' shows how far it is")
  }
}
