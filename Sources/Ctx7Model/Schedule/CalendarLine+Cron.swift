extension CalendarLine {
  /// The lines whose union fires when the expression does, clock changes left to systemd; `dated` lines complete
  /// them.
  ///
  /// - Parameter now: from when on they are used.
  static func lines(for cron: CronExpression, in zone: ZoneRules, from now: Timestamp) -> [CalendarLine] {
    // After 28 years the weekdays of all dates come again.
    let changes = zone.changes(after: now.adding(days: -31), through: now.adding(days: 28 * 366))
    let isPlain = cron.monthDays.isPlain && cron.weekdays.isPlain
    let lines = DatePattern.patterns(for: cron, changes: isPlain ? [] : changes).map {
      CalendarLine($0, cron.times, zone: zone.name)
    }
    let year = CivilTime(secondsSinceEpoch: now.seconds).year
    return zone.hidingChanges(from: now).reduce(lines) { lines, change in
      lines.flatMap { $0.without(change.hours, in: change.month, of: change.year, from: year) }
    }
  }

  /// The line without some hours in one month of one year, as lines; it is used from the year `first` on.
  private func without(_ hours: UInt64, in month: Int, of year: Int, from first: Int) -> [CalendarLine] {
    guard date.months.hasBit(month), date.years.contains(year), times.hours & hours != 0 else {
      return [self]
    }
    var (otherMonths, otherHours, otherYears) = (self, self, self)
    otherMonths.date.months &= ~(1 << UInt64(month))
    otherHours.date.months = 1 << UInt64(month)
    otherHours.times.hours &= ~hours
    otherYears.date.months = 1 << UInt64(month)
    otherYears.times.hours &= hours
    otherYears.date.years = date.years.intersection(
      YearSet((first...YearSet.range.upperBound).filter { $0 != year }))
    return [otherMonths, otherHours, otherYears].filter {
      $0.date.months != 0 && $0.times.hours != 0 && !$0.date.years.isEmpty
    }
  }

  /// What `lines` leave out in the month of a change that systemd's search fails on: the hours around it, on each
  /// day of the month.
  ///
  /// Pacific/Chatham goes from 02:45 to 03:45. systemd 252 then looks for a minute of hour 2 until it gives up
  /// ("Resource deadlock avoided"), which makes the timer fail, and loses what follows in hour 3. In Europe/Dublin it
  /// loses the rest of the day.
  static func dated(_ cron: CronExpression, around change: ZoneRules.Change, in zone: ZoneRules)
    -> [CalendarLine]
  {
    let start = change.instant + Int64(change.offsetBefore)
    let end = change.instant + Int64(change.offsetAfter)
    let date = CivilTime(secondsSinceEpoch: start)
    let month = MonthShape(year: date.year, month: date.month)
    var times = cron.times
    times.hours &= change.hours
    guard change.hidesAnHour, times.hours != 0, cron.years.contains(month.year),
      cron.months.hasBit(month.month)
    else { return [] }
    var lines: [CalendarLine] = []
    let days = cron.days(of: month) & ~(1 << UInt64(date.day))
    if days != 0 {
      var pattern = DatePattern(date)
      pattern.days = days
      lines.append(CalendarLine(pattern, times, zone: zone.name))
    }
    return lines
      + firings(
        of: cron, from: start - start.quotientFloor(3600).remainder, to: start,
        offset: Int64(change.offsetBefore))
      + firings(
        of: cron, from: end, to: end + 3600 - end.quotientFloor(3600).remainder,
        offset: Int64(change.offsetAfter))
  }
}

extension ZoneRules {
  /// The changes to come, this month's included, that systemd's search fails on.
  fileprivate func hidingChanges(from now: Timestamp) -> [Change] {
    changes(after: now.adding(days: -31), through: Timestamp.calendar.upperBound).filter(\.hidesAnHour)
  }
}

extension ZoneRules.Change {
  /// Whether systemd's search fails on the hours that it skips: clocks are set forward by more than an hour or from the
  /// middle of one, or out of a daylight saving time that is in winter, where mktime(3) looks for a skipped time before
  /// the gap.
  var hidesAnHour: Bool {
    shift > 0
      && (shift > 3600 || endsDaylight || (instant + Int64(offsetBefore)).quotientFloor(3600).remainder != 0)
  }

  /// The month in which it is.
  fileprivate var month: Int { CivilTime(secondsSinceEpoch: instant + Int64(offsetBefore)).month }

  /// The year in which it is.
  fileprivate var year: Int { CivilTime(secondsSinceEpoch: instant + Int64(offsetBefore)).year }

  /// The hours that it skips a part of.
  fileprivate var hours: UInt64 {
    let first = CivilTime(secondsSinceEpoch: instant + Int64(offsetBefore)).hour
    let last = CivilTime(secondsSinceEpoch: instant + Int64(offsetAfter) - 1).hour
    return first <= last ? UInt64(bits: first...last) : TimesOfDay.allHours
  }
}
