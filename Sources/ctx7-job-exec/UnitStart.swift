import Ctx7CLI
import Ctx7History
import Ctx7Model
import Ctx7Systemd
import Foundation

/// What started the unit that this process runs in.
enum UnitStart {
  case manual
  /// Its timer. Nothing is known of the timer where systemd does not answer.
  case timer(TimerFacts?)

  /// Timer or person: a timer's firing starts the service within a second of the timer's own trigger.
  ///
  /// `$TRIGGER_UNIT` would say it, but systemd 252 keeps it for later starts by hand as well. Where systemd does
  /// not answer, a unit was most likely started by its timer.
  init(of job: JobID, _ scope: Locations.Scope) {
    guard let bus = try? SystemBus(scope == .user ? .user : .system),
      let started = try? bus.microseconds("InactiveExitTimestamp", of: job.serviceUnit, interface: "Unit"),
      let triggered = try? bus.microseconds("LastTriggerUSec", of: job.timerUnit, interface: "Timer")
    else {
      self = .timer(nil)
      return
    }
    guard triggered <= started, started - triggered < 1_000_000 else {
      self = .manual
      return
    }
    var facts = TimerFacts(triggeredAt: Timestamp(microseconds: triggered))
    if let active = try? bus.microseconds("ActiveEnterTimestamp", of: job.timerUnit, interface: "Unit") {
      facts.activeSince = Timestamp(microseconds: active)
      // At boot timers.target is reached after all of its timers are active (systemd.special(7)).
      let boot = try? bus.microseconds("ActiveEnterTimestamp", of: "timers.target", interface: "Unit")
      facts.startedAtBoot = boot.map { active <= $0 } ?? true
    }
    facts.linkedAt = Self.linkTime(of: job.timerUnit, scope)
    self = .timer(facts)
  }

  var trigger: ExecutionRecord.Trigger {
    switch self {
    case .manual: .manual
    case .timer: .timer
    }
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
