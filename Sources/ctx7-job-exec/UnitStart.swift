import Ctx7History
import Ctx7Model
import Ctx7Systemd

/// What started the unit that this process runs in.
enum UnitStart {
  /// Timer or person: a timer's firing starts the service within a second of the timer's own trigger.
  ///
  /// `$TRIGGER_UNIT` would say it, but systemd 252 keeps it for later starts by hand as well. Where systemd does
  /// not answer, a unit was most likely started by its timer.
  static func trigger(of job: JobID, _ manager: SystemBus.Manager) -> ExecutionRecord.Trigger {
    guard let bus = try? SystemBus(manager),
      let started = try? bus.microseconds("InactiveExitTimestamp", of: job.serviceUnit, interface: "Unit"),
      let triggered = try? bus.microseconds("LastTriggerUSec", of: job.timerUnit, interface: "Timer")
    else { return .timer }
    return triggered <= started && started - triggered < 1_000_000 ? .timer : .manual
  }
}
