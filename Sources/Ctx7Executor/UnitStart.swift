public import Ctx7History
public import Ctx7Model

/// What started the unit that a process runs in.
public struct UnitStart: Hashable, Sendable {
  /// Timer or person.
  public enum Origin: Hashable, Sendable {
    case manual
    /// Its timer. Nothing is known of the timer where systemd does not answer.
    case timer(TimerFacts?)
  }

  /// Timer or person.
  public let origin: Origin
  /// How often systemd has restarted the service since.
  public let restarts: Int
  /// Since when a request may be what this process answers; nil where none can.
  ///
  /// A person's start within a second of the timer's trigger looks like that trigger: only the request tells.
  public let requestsSince: Timestamp?

  /// A process outside of units, or one in a unit that a person started.
  public static let byHand = UnitStart(origin: .manual, restarts: 0, requestsSince: nil)
  /// Where systemd does not answer, a unit was most likely started by its timer.
  public static let unknown = UnitStart(origin: .timer(nil), restarts: 0, requestsSince: nil)

  private init(origin: Origin, restarts: Int, requestsSince: Timestamp?) {
    self.origin = origin
    self.restarts = restarts
    self.requestsSince = requestsSince
  }

  /// Who started an execution, as the history has it.
  public var trigger: ExecutionRecord.Trigger {
    switch origin {
    case .manual: .manual
    case .timer: .timer
    }
  }

  /// What systemd says of a job's service and timer, by the wall clock; what has never been is at 0.
  public struct Facts: Sendable {
    /// `NRestarts` of the service.
    public var restarts: Int
    /// `InactiveEnterTimestamp` of the service: when the start before this one was over.
    public var ended: Timestamp
    /// `InactiveExitTimestamp` of the service: when this start began.
    public var started: Timestamp
    /// `LastTriggerUSec` of the timer.
    public var triggered: Timestamp
    /// Whether that was since the boot (`LastTriggerUSecMonotonic`), and is not read from the timer's stamp, in which
    /// `generate` writes that it has just fired.
    public var hasTriggered: Bool
    /// `ActiveEnterTimestamp` of the timer.
    public var timerActive: Timestamp
    /// `ActiveEnterTimestamp` of timers.target, which at boot is reached after all of its timers are active
    /// (systemd.special(7)).
    public var timersReached: Timestamp

    /// Creates facts.
    public init(
      restarts: Int, ended: Timestamp, started: Timestamp, triggered: Timestamp, hasTriggered: Bool,
      timerActive: Timestamp, timersReached: Timestamp
    ) {
      self.restarts = restarts
      self.ended = ended
      self.started = started
      self.triggered = triggered
      self.hasTriggered = hasTriggered
      self.timerActive = timerActive
      self.timersReached = timersReached
    }
  }

  /// Judges who it was. `$TRIGGER_UNIT` would say it, but systemd 252 keeps it for later starts by hand as well.
  ///
  /// - Parameter linkedAt: looks up when the link was made that starts the timer with the machine.
  public init(_ facts: Facts, linkedAt: () -> Timestamp?) {
    restarts = facts.ownRestarts
    guard facts.isOfTimer else {
      origin = .manual
      requestsSince = restarts == 0 ? Timestamp(rawValue: 0) : facts.ended
      return
    }
    origin = .timer(
      TimerFacts(
        triggeredAt: facts.triggered, activeSince: facts.timerActive,
        startedAtBoot: facts.timerActive <= facts.timersReached, linkedAt: linkedAt()))
    requestsSince = restarts == 0 ? facts.triggered : facts.ended
  }
}

extension UnitStart.Facts {
  /// systemd leaves `inactive` for a restart in the moment in which it enters it. A start that comes later is none, and
  /// finds the count of a restart that was called off.
  fileprivate var ownRestarts: Int { started.milliseconds(since: ended) < 1000 ? restarts : 0 }

  /// A timer starts its service within a second of its trigger, or as soon as what the service waits for is there.
  fileprivate var isOfTimer: Bool {
    hasTriggered && ((0..<1000).contains(started.milliseconds(since: triggered)) || hadToWait)
  }

  /// Whether the start had to wait for the network, say: nothing has run since the timer, active in this boot, asked for
  /// it, however long ago that was.
  private var hadToWait: Bool {
    ownRestarts == 0 && ended < triggered && triggered <= started
      && triggered > timerActive.adding(milliseconds: -1000)
  }
}
