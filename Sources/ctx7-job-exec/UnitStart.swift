import Ctx7CLI
import Ctx7History
import Ctx7Model
import Ctx7Systemd
import Foundation
import Logging

/// What started the unit that this process runs in.
struct UnitStart {
  /// Timer or person.
  enum Origin {
    case manual
    /// Its timer. Nothing is known of the timer where systemd does not answer.
    case timer(TimerFacts?)
  }

  /// Timer or person.
  let origin: Origin
  /// How often systemd has restarted the service since.
  let restarts: Int
  /// Whether it was a person, or a program on their behalf, who asked systemd for this very process.
  let wasAskedFor: Bool

  /// A process outside of units.
  static let byHand = UnitStart(origin: .manual, restarts: 0, wasAskedFor: false)

  private init(origin: Origin, restarts: Int, wasAskedFor: Bool) {
    self.origin = origin
    self.restarts = restarts
    self.wasAskedFor = wasAskedFor
  }

  /// Timer or person: a timer's firing starts the service within a second of the timer's own trigger.
  ///
  /// `$TRIGGER_UNIT` would say it, but systemd 252 keeps it for later starts by hand as well. Where systemd does
  /// not answer, a unit was most likely started by its timer.
  init(of job: JobID, _ locations: Locations, _ logger: Logger) {
    do {
      self = try Self.patientlyAsked(of: job, locations, logger)
    } catch {
      logger.warning(
        "whether its timer started \(job) is not known, and is taken for granted: \(error)",
        metadata: ["job_id": "\(job)"])
      self.init(origin: .timer(nil), restarts: 0, wasAskedFor: false)
    }
  }

  /// While systemd executes itself anew, on an upgrade, there is a bus, but nobody who answers for a moment.
  private static func patientlyAsked(of job: JobID, _ locations: Locations, _ logger: Logger)
    throws(BusError) -> UnitStart
  {
    for _ in 1..<10 {
      do {
        return try asked(of: job, locations)
      } catch  where !error.isMissingBus {
        logger.debug("systemd does not answer, and is asked again: \(error)")
        usleep(200_000)
      }
    }
    return try asked(of: job, locations)
  }

  private static func asked(of job: JobID, _ locations: Locations) throws(BusError) -> UnitStart {
    let bus = try SystemBus(locations.scope == .user ? .user : .system)
    func time(_ name: String, of unit: String, _ interface: String = "Unit") throws(BusError) -> Timestamp {
      let microseconds = try bus.microseconds(name, of: unit, interface: interface)
      return Timestamp(rawValue: Int64(microseconds / 1000))
    }
    let restarts = try bus.count("NRestarts", of: job.serviceUnit, interface: "Service")
    let started = try time("InactiveExitTimestamp", of: job.serviceUnit)
    let triggered = try time("LastTriggerUSec", of: job.timerUnit, "Timer")
    guard (0..<1000).contains(started.milliseconds(since: triggered)) else {
      return UnitStart(origin: .manual, restarts: restarts, wasAskedFor: restarts == 0)
    }
    let active = try time("ActiveEnterTimestamp", of: job.timerUnit)
    // At boot timers.target is reached after all of its timers are active (systemd.special(7)).
    let boot = try time("ActiveEnterTimestamp", of: "timers.target")
    let facts = TimerFacts(
      triggeredAt: triggered, activeSince: active, startedAtBoot: active <= boot,
      linkedAt: linkTime(of: job.timerUnit, locations))
    return UnitStart(origin: .timer(facts), restarts: restarts, wasAskedFor: false)
  }

  var trigger: ExecutionRecord.Trigger {
    switch origin {
    case .manual: .manual
    case .timer: .timer
    }
  }

  /// When the link was made that starts the timer with the machine.
  private static func linkTime(of timer: String, _ locations: Locations) -> Timestamp? {
    var status = stat()
    guard lstat("\(locations.wantsDirectory)/\(timer)", &status) == 0 else { return nil }
    return Timestamp(seconds: Int64(status.st_mtim.tv_sec))
  }

  /// When the manager was started, in milliseconds of the monotonic clock; nil where none answers.
  static func managerStart(_ manager: SystemBus.Manager) -> Int64? {
    (try? SystemBus(manager).startMicroseconds()).map { Int64($0 / 1000) }
  }

  /// Whether SIGTERM came from a shutdown. Where nobody answers any more, it did: units are stopped before the bus.
  /// Where there is no bus nobody knows, and a stop that somebody asked for is not to be undone at the next boot.
  static func systemIsStopping(_ manager: SystemBus.Manager) -> Bool {
    do {
      return try SystemBus(manager).systemState() == "stopping"
    } catch {
      return !error.isMissingBus
    }
  }
}
