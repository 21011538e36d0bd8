import Ctx7CLI
import Ctx7Executor
import Ctx7Model
import Ctx7Systemd
import Foundation
import Logging

extension UnitStart {
  /// What systemd says has started the unit of a job, in which this process runs.
  init(of job: JobID, _ locations: Locations, _ logger: Logger) async {
    do {
      self = try await Self.patientlyAsked(of: job, locations, logger)
    } catch {
      logger.warning(
        "whether its timer started \(job) is not known, and is taken for granted: \(error)",
        metadata: ["job_id": "\(job)"])
      self = .unknown
    }
  }

  /// While systemd executes itself anew, on an upgrade, its bus is there, but for a moment nobody answers.
  private static func patientlyAsked(of job: JobID, _ locations: Locations, _ logger: Logger)
    async throws -> UnitStart
  {
    for _ in 1..<10 {
      let answer = Result { () throws(BusError) in try asked(of: job, locations) }
      guard case .failure(let error) = answer, !error.isMissingBus else { return try answer.get() }
      logger.debug("systemd does not answer, and is asked again: \(error)")
      try await Task.sleep(for: .milliseconds(200))
    }
    return try asked(of: job, locations)
  }

  private static func asked(of job: JobID, _ locations: Locations) throws(BusError) -> UnitStart {
    let (service, timer) = (job.serviceUnit, job.timerUnit)
    let numbers = try SystemBus(locations.scope).numbers([
      UnitNumber("NRestarts", of: service, "Service"),
      UnitNumber("InactiveEnterTimestamp", of: service, "Unit"),
      UnitNumber("InactiveExitTimestamp", of: service, "Unit"),
      UnitNumber("LastTriggerUSec", of: timer, "Timer"),
      UnitNumber("LastTriggerUSecMonotonic", of: timer, "Timer"),
      UnitNumber("ActiveEnterTimestamp", of: timer, "Unit"),
      UnitNumber("ActiveEnterTimestamp", of: "timers.target", "Unit"),
    ])
    func time(_ index: Int) -> Timestamp { Timestamp(rawValue: Int64(numbers[index] / 1000)) }
    let facts = Facts(
      restarts: Int(numbers[0]), ended: time(1), started: time(2), triggered: time(3),
      hasTriggered: numbers[4] > 0, timerActive: time(5), timersReached: time(6))
    return UnitStart(facts, linkedAt: { linkTime(of: timer, locations) })
  }

  private static func linkTime(of timer: String, _ locations: Locations) -> Timestamp? {
    var status = stat()
    guard lstat("\(locations.wantsDirectory)/\(timer)", &status) == 0 else { return nil }
    return Timestamp(seconds: Int64(status.st_mtim.tv_sec))
  }

  /// When the manager was started, by both clocks; nil where none answers.
  static func managerStart(_ scope: Scope) -> (uptime: Int64, wallClock: Timestamp)? {
    (try? SystemBus(scope).startMicroseconds()).map {
      (Int64($0.monotonic / 1000), Timestamp(rawValue: Int64($0.wallClock / 1000)))
    }
  }

  /// Whether SIGTERM came from a shutdown. Where nobody answers any more, it did: units are stopped before the bus.
  /// Where there is no bus nobody knows, and a stop that somebody asked for is not to be undone at the next boot.
  static func systemIsStopping(_ scope: Scope) -> Bool {
    do {
      return try SystemBus(scope).systemState() == "stopping"
    } catch {
      return !error.isMissingBus
    }
  }
}
