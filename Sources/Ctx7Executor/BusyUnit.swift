internal import Ctx7Database
public import Ctx7History
public import Ctx7Model
public import Ctx7Systemd

/// What the unit of a job is busy with, so that it cannot be started.
public enum BusyUnit: Hashable, Sendable {
  /// With the wait for the next attempt after one that failed.
  case waiting(until: Timestamp)
  /// With an execution.
  case running
  /// With what comes after an execution: alerts, settling.
  case settling

  /// Judges the unit of a job that is not ready to be started.
  public init(_ job: JobID, _ bus: SystemBus, _ history: HistoryStore) throws {
    if let due = try history.retryOfUnit(of: job)?.ending?.nextAttemptAt {
      self = .waiting(until: due)
      return
    }
    let began = try bus.number(UnitNumber("ExecMainStartTimestamp", of: job.serviceUnit, "Service")) / 1000
    // A unit that has just been started has no row of its own yet: its latest one is that of an earlier start.
    let latest = try history.executions(of: job, limit: 1).first
    self =
      if let latest, latest.ending != nil, latest.startedAt.rawValue >= began { .settling } else { .running }
  }

  /// The words that follow the name of the job.
  ///
  /// - Parameter time: writes an instant.
  public func words(_ time: (Timestamp) -> String) -> String {
    switch self {
    case .waiting(let due): "waits for its next attempt at \(time(due))"
    case .running: "is running already"
    case .settling: "has ended and its unit is still settling"
    }
  }
}
