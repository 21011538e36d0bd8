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
  /// Since when a request may be what this process answers; nil where none can.
  ///
  /// What is asked for within the second of a timer's trigger, a run or its start may still be on its way, looks like
  /// that trigger: only the request tells.
  let requestsSince: Timestamp?

  /// A process outside of units.
  static let byHand = UnitStart(origin: .manual, restarts: 0, requestsSince: nil)

  private init(origin: Origin, restarts: Int, requestsSince: Timestamp?) {
    self.origin = origin
    self.restarts = restarts
    self.requestsSince = requestsSince
  }

  /// Timer or person: a timer's firing starts the service within a second of the timer's own trigger, or else as soon as
  /// what the service waits for is there.
  ///
  /// `$TRIGGER_UNIT` would say it, but systemd 252 keeps it for later starts by hand as well. Where systemd does
  /// not answer, a unit was most likely started by its timer.
  init(of job: JobID, _ locations: Locations, _ logger: Logger) async {
    do {
      self = try await Self.patientlyAsked(of: job, locations, logger)
    } catch {
      logger.warning(
        "whether its timer started \(job) is not known, and is taken for granted: \(error)",
        metadata: ["job_id": "\(job)"])
      self.init(origin: .timer(nil), restarts: 0, requestsSince: nil)
    }
  }

  /// While systemd executes itself anew, on an upgrade, there is a bus, but nobody who answers for a moment.
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
    let bus = try SystemBus(locations.scope)
    let (service, timer) = (job.serviceUnit, job.timerUnit)
    let numbers = try bus.numbers([
      UnitNumber("NRestarts", of: service, "Service"),
      UnitNumber("InactiveEnterTimestamp", of: service, "Unit"),
      UnitNumber("InactiveExitTimestamp", of: service, "Unit"),
      UnitNumber("LastTriggerUSec", of: timer, "Timer"),
      UnitNumber("ActiveEnterTimestamp", of: timer, "Unit"),
      // At boot timers.target is reached after all of its timers are active (systemd.special(7)).
      UnitNumber("ActiveEnterTimestamp", of: "timers.target", "Unit"),
      UnitNumber("LastTriggerUSecMonotonic", of: timer, "Timer"),
    ])
    let times = numbers[1...5].map { Timestamp(rawValue: Int64($0 / 1000)) }
    let (ended, started, triggered, active, boot) = (times[0], times[1], times[2], times[3], times[4])
    // Where a wait for a restart was stopped, systemd goes on counting with the next start. Of a restart alone the wait
    // ends in the moment in which it begins.
    let restarts = started.milliseconds(since: ended) < 1000 ? Int(numbers[0]) : 0
    // What has only been read from the timer's stamp, in which `generate` writes that it has just fired, started nothing.
    let hasTriggered = numbers[6] > 0
    // A start that had to wait, for the network say, is its trigger's however much later it comes: nothing has run since
    // the timer, active in this boot, asked for it.
    let hadToWait =
      restarts == 0 && ended < triggered && triggered <= started
      && triggered > active.adding(milliseconds: -1000)
    guard hasTriggered, hadToWait || (0..<1000).contains(started.milliseconds(since: triggered)) else {
      return UnitStart(
        origin: .manual, restarts: restarts, requestsSince: restarts == 0 ? Timestamp(rawValue: 0) : ended)
    }
    let facts = TimerFacts(
      triggeredAt: triggered, activeSince: active, startedAtBoot: active <= boot,
      linkedAt: linkTime(of: job.timerUnit, locations))
    return UnitStart(
      origin: .timer(facts), restarts: restarts, requestsSince: restarts == 0 ? triggered : ended)
  }

  /// The same start, of which a request has told that a person asked for it.
  var asManual: UnitStart { UnitStart(origin: .manual, restarts: 0, requestsSince: nil) }

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
  static func managerStart(_ scope: Scope) -> Int64? {
    (try? SystemBus(scope).startMicroseconds()).map { Int64($0 / 1000) }
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
