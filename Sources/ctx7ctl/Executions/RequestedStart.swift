import Ctx7CLI
import Ctx7Database
import Ctx7Executor
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
    do { bus = try SystemBus(locations.scope) } catch {
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
      throw Failure(.unavailable, "\(id.serviceUnit) was not started: \(error)", hint: hint(error))
    }
    return request
  }

  private func hint(_ error: BusError) -> String {
    if error.isMasked {
      return "'\(locations.scope.systemctl) unmask \(id.serviceUnit)' lets it start again"
    }
    return error.isRefusal
      ? "run this as root" : "'\(locations.scope.systemctl) status \(id.serviceUnit)' says more"
  }

  private func refusal(_ bus: SystemBus) throws -> Failure {
    let busy = try BusyUnit(id, bus, HistoryStore(path: locations.historyFile, access: .readOnly))
    let hint =
      switch busy {
      case .waiting: "'ctx7ctl cancel \(id)' calls it off"
      case .running: "'ctx7ctl running' shows how far it is"
      case .settling: "try again in a moment"
      }
    return Failure(.tryAgain, "\(id) \(busy.words(\.local))", hint: hint)
  }
}
