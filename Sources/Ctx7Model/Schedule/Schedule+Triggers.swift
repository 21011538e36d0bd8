/// What a timer unit needs to fire as a schedule says.
public struct TimerTriggers: Hashable, Sendable {
  /// The `OnCalendar=` lines; empty for a monotonic timer.
  public var calendar: [CalendarLine] = []
  /// `OnBootSec=`
  public var bootDelaySeconds: Int?
  /// `OnUnitActiveSec=`
  public var intervalSeconds: Int?
  /// Until when the lines say everything: they name single dates; nil when they hold for ever.
  public var coveredUntil: Timestamp?
}

extension Schedule {
  /// How far ahead single dates are written.
  static let horizonDays: Int64 = 5 * 365

  /// The triggers of the timer, made at `now`.
  ///
  /// - Parameter zone: the schedule's zone, or the host's where it names none.
  public func triggers(in zone: ZoneRules, from now: Timestamp) -> TimerTriggers {
    let horizon = now.adding(days: Self.horizonDays)
    switch recurrence {
    case .cron(let cron):
      var triggers = TimerTriggers(calendar: CalendarLine.lines(for: cron, zone: zone.name))
      guard clockChanges == .cron else { return triggers }
      let changes = zone.changes(after: now, through: horizon)
      triggers.calendar += changes.flatMap { CalendarLine.lines(for: cron, at: $0, in: zone) }
      if !changes.isEmpty { triggers.coveredUntil = horizon }
      return triggers
    case .interval(let seconds):
      let days = Int(now.seconds / 86_400)..<Int(horizon.seconds / 86_400)
      guard let lines = CalendarLine.lines(everySeconds: seconds, days: days) else {
        return TimerTriggers(bootDelaySeconds: min(seconds, 60), intervalSeconds: seconds)
      }
      return TimerTriggers(
        calendar: lines, coveredUntil: lines.contains { $0.year != nil } ? horizon : nil)
    case .once(let instant):
      return TimerTriggers(calendar: [CalendarLine(instant)])
    case .reboot:
      return TimerTriggers(bootDelaySeconds: 1)
    }
  }

  /// The first firing after `instant`; nil when there is none, or when only the last run can tell (an interval
  /// that no calendar expresses).
  public func next(after instant: Timestamp, in zone: ZoneRules) -> Timestamp? {
    triggers(in: zone, from: instant).next(after: instant, in: zone)
  }

  /// The schedule in a few words.
  public var inWords: String {
    switch recurrence {
    case .cron(let cron): cron.source
    case .interval(let seconds): "every \(Self.duration(seconds))"
    case .once(let instant): "once at \(instant)"
    case .reboot: "at boot"
    }
  }

  private static func duration(_ seconds: Int) -> String {
    let units = [(86_400, "day"), (3600, "hour"), (60, "minute"), (1, "second")]
    guard let (size, name) = units.first(where: { seconds % $0.0 == 0 }) else { return "\(seconds) seconds" }
    let count = seconds / size
    return count == 1 ? name : "\(count) \(name)s"
  }
}

extension TimerTriggers {
  /// The first instant after `instant` at which one of the calendar lines fires.
  public func next(after instant: Timestamp, in zone: ZoneRules) -> Timestamp? {
    calendar.compactMap { $0.next(after: instant, in: $0.zone == "UTC" ? .utc : zone) }.min()
  }
}
