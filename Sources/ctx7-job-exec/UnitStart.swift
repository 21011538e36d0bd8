import Ctx7History
import Ctx7Model
import Ctx7Systemd

/// What started the unit that this process runs in.
struct UnitStart {
  /// Timer or person.
  let trigger: ExecutionRecord.Trigger
  /// How often systemd has restarted the service since.
  let restarts: Int

  /// Timer or person: a timer's firing starts the service within a second of the timer's own trigger.
  ///
  /// `$TRIGGER_UNIT` would say it, but systemd 252 keeps it for later starts by hand as well. Where systemd does
  /// not answer, a unit was most likely started by its timer.
  init(of job: JobID, _ manager: SystemBus.Manager) {
    guard let bus = try? SystemBus(manager),
      let started = try? bus.microseconds("InactiveExitTimestamp", of: job.serviceUnit, interface: "Unit"),
      let triggered = try? bus.microseconds("LastTriggerUSec", of: job.timerUnit, interface: "Timer"),
      let restarts = try? bus.count("NRestarts", of: job.serviceUnit, interface: "Service")
    else {
      (trigger, restarts) = (.timer, 0)
      return
    }
    trigger = triggered <= started && started - triggered < 1_000_000 ? .timer : .manual
    self.restarts = restarts
  }

  /// When the manager was started, in milliseconds of the monotonic clock; nil where none answers.
  static func managerStart(_ manager: SystemBus.Manager) -> Int64? {
    (try? SystemBus(manager).startMicroseconds()).map { Int64($0 / 1000) }
  }

  /// Whether SIGTERM came from a shutdown. Where nobody answers any more, it did: a unit has a systemd.
  static func systemIsStopping(_ manager: SystemBus.Manager) -> Bool {
    guard let state = try? SystemBus(manager).systemState() else { return true }
    return state == "stopping"
  }
}
