extension CalendarLine {
  /// The one-off lines, in UTC, that make a timer do at a change of the clocks what Debian's cron does.
  ///
  /// Set forward: a job at a fixed time that is skipped runs right after the change. Set back: a job that runs
  /// "every so often" goes on through the repeated time, where systemd is silent.
  static func lines(for cron: CronExpression, at change: ZoneRules.Change) -> [CalendarLine] {
    let rule = cron.clockChangeRule
    let before = change.instant + Int64(change.offsetBefore)
    let after = change.instant + Int64(change.offsetAfter)
    if rule.makesUp(for: change) {
      guard let skipped = cron.firstMatch(from: before), skipped < after,
        cron.firstMatch(from: after) != after
      else { return [] }
      return [CalendarLine(Timestamp(seconds: change.instant))]
    }
    guard change.shift < 0, rule.repeats(after: change), let first = cron.firstMatch(from: after),
      first < before
    else { return [] }
    return firings(of: cron, from: after, to: before, offset: Int64(change.offsetAfter))
  }

  /// The firings in a range of local time, as lines in UTC.
  static func firings(of cron: CronExpression, from start: Int64, to end: Int64, offset: Int64)
    -> [CalendarLine]
  {
    var lines: [CalendarLine] = []
    var local = start
    while local < end {
      // Up to the next full hour of local time or of UTC: within, both count the minutes alike.
      let untilHour = 3600 - local.quotientFloor(3600).remainder
      let untilUTCHour = 3600 - (local - offset).quotientFloor(3600).remainder
      let stop = min(end, local + min(untilHour, untilUTCHour))
      if let line = line(cron, from: local, minutes: Int(stop - local) / 60, offset: offset) {
        let isMerged = lines.indices.last.map { lines[$0].merge(line) } ?? false
        if !isMerged { lines.append(line) }
      }
      local = stop
    }
    return lines
  }

  private static func line(_ cron: CronExpression, from local: Int64, minutes: Int, offset: Int64)
    -> CalendarLine?
  {
    let time = CivilTime(secondsSinceEpoch: local)
    let month = MonthShape(year: time.year, month: time.month)
    guard minutes > 0, cron.years.contains(time.year), cron.months.hasBit(time.month),
      cron.days(of: month).hasBit(time.day), cron.times.hours.hasBit(time.hour)
    else { return nil }
    let matching = cron.times.minutes >> UInt64(time.minute) & UInt64(bits: 0...minutes - 1)
    guard matching != 0 else { return nil }
    let start = CivilTime(secondsSinceEpoch: local - offset)
    return CalendarLine(
      DatePattern(start),
      TimesOfDay(
        hours: 1 << UInt64(start.hour), minutes: matching << UInt64(start.minute),
        seconds: cron.times.seconds),
      zone: "UTC")
  }

  /// Takes over what another line fires, where both together are one line.
  private mutating func merge(_ other: CalendarLine) -> Bool {
    guard date == other.date, times.seconds == other.times.seconds else { return false }
    if times.hours == other.times.hours {
      times.minutes |= other.times.minutes
    } else if times.minutes == other.times.minutes {
      times.hours |= other.times.hours
    } else {
      return false
    }
    return true
  }
}

extension CronExpression {
  /// What Debian's cron does with the job at a clock change.
  var clockChangeRule: ClockChangeRule { isWildcard ? .wildcard : .fixedTime }
}
