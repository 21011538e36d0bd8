import Ctx7CLI
import Ctx7History
import Ctx7Model
import Ctx7Systemd
import Foundation

/// What started the unit that this process runs in.
struct UnitStart {
  /// Timer or person.
  let trigger: ExecutionRecord.Trigger
  /// How often systemd has restarted the service since.
  let restarts: Int
  /// What is known of the timer that fired; nil where systemd does not answer.
  let timer: TimerFacts?

  /// Timer or person: a timer's firing starts the service within a second of the timer's own trigger.
  ///
  /// `$TRIGGER_UNIT` would say it, but systemd 252 keeps it for later starts by hand as well. Where systemd does
  /// not answer, a unit was most likely started by its timer.
  init(of job: JobID, _ scope: Locations.Scope) {
    guard let bus = try? SystemBus(scope == .user ? .user : .system),
      let started = try? bus.microseconds("InactiveExitTimestamp", of: job.serviceUnit, interface: "Unit"),
      let triggered = try? bus.microseconds("LastTriggerUSec", of: job.timerUnit, interface: "Timer"),
      let restarts = try? bus.count("NRestarts", of: job.serviceUnit, interface: "Service")
    else {
      (trigger, restarts, timer) = (.timer, 0, nil)
      return
    }
    self.restarts = restarts
    guard triggered <= started, started - triggered < 1_000_000 else {
      (trigger, timer) = (.manual, nil)
      return
    }
    trigger = .timer
    timer = Self.facts(of: job.timerUnit, triggeredAt: Timestamp(microseconds: triggered), scope, bus)
  }

  private static func facts(
    of timer: String, triggeredAt: Timestamp, _ scope: Locations.Scope, _ bus: SystemBus
  ) -> TimerFacts {
    var facts = TimerFacts(triggeredAt: triggeredAt)
    if let active = try? bus.microseconds("ActiveEnterTimestamp", of: timer, interface: "Unit") {
      facts.activeSince = Timestamp(microseconds: active)
      // At boot timers.target is reached after all of its timers are active (systemd.special(7)).
      let boot = try? bus.microseconds("ActiveEnterTimestamp", of: "timers.target", interface: "Unit")
      facts.startedAtBoot = boot.map { active <= $0 } ?? true
    }
    facts.linkedAt = linkTime(of: timer, scope)
    return facts
  }

  /// Whether SIGTERM came from a shutdown. Where nobody answers any more, it did: a unit has a systemd.
  static func systemIsStopping(_ manager: SystemBus.Manager) -> Bool {
    guard let state = try? SystemBus(manager).systemState() else { return true }
    return state == "stopping"
  }

  /// When the link was made that starts the timer with the machine.
  private static func linkTime(of timer: String, _ scope: Locations.Scope) -> Timestamp? {
    let environment = ProcessInfo.processInfo.environment
    let units =
      scope == .system
      ? "/etc/systemd/system"
      : (environment["XDG_CONFIG_HOME"] ?? "\(environment["HOME"] ?? "")/.config") + "/systemd/user"
    var status = stat()
    guard lstat("\(units)/timers.target.wants/\(timer)", &status) == 0 else { return nil }
    return Timestamp(seconds: Int64(status.st_mtim.tv_sec))
  }
}

extension Timestamp {
  fileprivate init(microseconds: UInt64) { self.init(rawValue: Int64(microseconds / 1000)) }
}
