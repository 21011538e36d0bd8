/// What a timer unit needs to fire as a schedule says.
public struct TimerTriggers: Hashable, Sendable {
  /// The `OnCalendar=` lines; empty for a monotonic timer.
  public var calendar: [CalendarLine] = []
  /// `OnBootSec=`
  public var bootDelaySeconds: Int?
  /// `OnUnitActiveSec=`
  public var intervalSeconds: Int?

  /// Creates triggers.
  public init(calendar: [CalendarLine] = [], bootDelaySeconds: Int? = nil, intervalSeconds: Int? = nil) {
    self.calendar = calendar
    self.bootDelaySeconds = bootDelaySeconds
    self.intervalSeconds = intervalSeconds
  }
}

extension Schedule {
  /// For how many years, after the one that has begun, single dates are written.
  static let horizonYears = 5
  /// How long after boot a job runs that runs at boot, or whose interval no calendar expresses.
  static let rebootDelaySeconds = 1
  static let intervalBootDelaySeconds = 60

  /// The time of the single dates in units that are generated at `now`: whole years, so that what is generated a day
  /// later is the same. Dates that have passed fire nothing.
  static func horizon(from now: Timestamp) -> ClosedRange<Timestamp> {
    let year = CivilTime(secondsSinceEpoch: now.seconds).year
    let (first, end) = (
      CivilTime(year: year, month: 1, day: 1), CivilTime(year: year + horizonYears + 1, month: 1, day: 1)
    )
    return Timestamp(seconds: first.secondsSinceEpoch)...Timestamp(seconds: end.secondsSinceEpoch - 1)
  }

  /// The triggers of the timer, made at `now`.
  ///
  /// - Parameter zone: the schedule's zone, or the host's where it names none.
  public func triggers(in zone: ZoneRules, from now: Timestamp) -> TimerTriggers {
    let horizon = Self.horizon(from: now)
    switch recurrence {
    case .cron(let cron):
      let lines = CalendarLine.lines(for: cron, in: zone, from: horizon.lowerBound)
      let oneOffs = oneOffs(of: cron, in: zone, during: horizon)
      // A line whose times are skipped every year, as by Cairo's last Friday of April, makes systemd's search fail.
      let firing = lines.filter { $0.next(after: now, in: zone) != nil }
      return TimerTriggers(calendar: firing.isEmpty && oneOffs.isEmpty ? lines : firing + oneOffs)
    case .interval(let seconds):
      let days = Int(horizon.lowerBound.seconds / 86_400)..<Int(horizon.upperBound.seconds / 86_400)
      let today = Int(now.seconds / 86_400)
      guard let lines = CalendarLine.lines(everySeconds: seconds, days: days, after: today) else {
        return TimerTriggers(
          bootDelaySeconds: min(seconds, Self.intervalBootDelaySeconds), intervalSeconds: seconds)
      }
      return TimerTriggers(calendar: lines)
    case .once(let instant): return TimerTriggers(calendar: [CalendarLine(instant)])
    case .reboot: return TimerTriggers(bootDelaySeconds: Self.rebootDelaySeconds)
    }
  }

  /// The lines for the clock changes of some years.
  private func oneOffs(
    of cron: CronExpression, in zone: ZoneRules, during horizon: ClosedRange<Timestamp>
  ) -> [CalendarLine] {
    zone.changes(after: horizon.lowerBound.adding(days: -31), through: horizon.upperBound).flatMap { change in
      CalendarLine.dated(cron, around: change, in: zone) + oneOffs(of: cron, at: change)
    }
  }

  private func oneOffs(of cron: CronExpression, at change: ZoneRules.Change) -> [CalendarLine] {
    clockChanges == .cron ? CalendarLine.lines(for: cron, at: change) : []
  }
}

extension TimerTriggers {
  /// The first instant after `instant` at which one of the calendar lines fires.
  public func next(after instant: Timestamp, in zone: ZoneRules) -> Timestamp? {
    calendar.compactMap { $0.next(after: instant, in: $0.zone == "UTC" ? .utc : zone) }.min()
  }
}

extension Schedule {
  /// The first date that the single dates in a timer unit leave out, so that the job would not run as declared.
  ///
  /// Units are good for at least five years; `ctx7-units generate` renews them.
  ///
  /// - Parameter lines: the values of `OnCalendar=` in the unit.
  /// - Returns: nil when there is none within ten years.
  public func firstDateMissing(in lines: Set<String>, zone: ZoneRules, after now: Timestamp) -> Timestamp? {
    let end = now.adding(days: 3653)
    switch recurrence {
    case .cron(let cron):
      for change in zone.changes(after: now, through: end) {
        let needed = oneOffs(of: cron, at: change) + CalendarLine.dated(cron, around: change, in: zone)
        if !needed.allSatisfy({ lines.contains($0.description) }) {
          return Timestamp(seconds: change.instant)
        }
      }
      return nil
    case .interval(let seconds) where seconds > 86_400 && seconds % 86_400 == 0 && seconds != 604_800:
      let written = Set(lines.flatMap(Self.days))
      let step = Int64(seconds)
      var next = (now.seconds.quotientFloor(step).quotient + 1) * step
      while next <= end.seconds {
        if !written.contains(next) { return Timestamp(seconds: next) }
        next += step
      }
      return nil
    case .interval, .once, .reboot: return nil
    }
  }

  /// The midnights of a line `2027-03-05,15,25 00:00:00 UTC`.
  private static func days(of line: String) -> [Int64] {
    let parts = line.prefix { $0 != " " }.split(separator: "-")
    guard parts.count == 3, let year = Int(parts[0]), let month = Int(parts[1]) else { return [] }
    return parts[2].split(separator: ",").compactMap { Int($0) }.map {
      CivilTime(year: year, month: month, day: $0).secondsSinceEpoch
    }
  }
}
