public import Ctx7History
public import Ctx7Model
public import Ctx7Systemd

/// The start of a job's unit that somebody asks for, under ids that are known before the run has begun.
public struct RequestedStart {
  private let job: ResolvedJob
  private let bus: SystemBus
  private let write: ((HistoryStore) throws -> Void) throws -> Void

  /// Why there is no start.
  public enum Refusal: Error {
    /// By `enabled: false` for all jobs.
    case allTurnedOff
    case busy(BusyUnit)
  }

  /// Prepares a start.
  ///
  /// - Parameter write: hands out the history, writable.
  public init(
    of job: ResolvedJob, _ bus: SystemBus, write: @escaping ((HistoryStore) throws -> Void) throws -> Void
  ) {
    self.job = job
    self.bus = bus
    self.write = write
  }

  /// Leaves the ids for the run, and asks systemd to start the unit; returns before the run has begun.
  ///
  /// - Throws: `Refusal`, and `BusError` when systemd refuses.
  public func begin(
    by who: String, correlationID: String? = nil, at now: Timestamp, randomHex: () -> String,
    reading history: () throws -> HistoryStore
  ) async throws -> ExecutionRequest {
    let id = job.config.id
    guard job.host.enabled else { throw Refusal.allTurnedOff }
    guard try await bus.isReady(id.serviceUnit) else {
      throw Refusal.busy(try BusyUnit(id, bus, history()))
    }
    let suffix = randomHex()
    let request = ExecutionRequest(
      executionID: "\(id)_\(suffix)", correlationID: correlationID ?? "manual_\(suffix)", jobID: id,
      requestedAt: now, requestedBy: who)
    try write { try $0.request(request) }
    do {
      try bus.queueStart(id.serviceUnit)
    } catch {
      // Else the next start by hand would run under these ids.
      try write { try $0.withdrawRequest(request.executionID) }
      throw error
    }
    return request
  }
}
