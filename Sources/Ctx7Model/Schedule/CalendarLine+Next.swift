extension CalendarLine {
  /// The first instant after `instant` at which the line fires, as systemd computes it: a local time that comes
  /// twice fires the first time, one that is skipped does not fire.
  ///
  /// - Returns: nil when there is none before the year 2200.
  func next(after instant: Timestamp, in zone: ZoneRules) -> Timestamp? {
    var local = instant.seconds + Int64(zone.offset(at: instant.seconds)) + 1
    while let match = firstMatch(from: local) {
      if let seconds = zone.instant(ofLocal: match), seconds > instant.seconds {
        return Timestamp(seconds: seconds)
      }
      local = match + 1
    }
    return nil
  }

  /// The first local time not before `local` that matches, both as seconds since 1970 were the zone UTC.
  private func firstMatch(from local: Int64) -> Int64? {
    let start = CivilTime(secondsSinceEpoch: local)
    if matches(day: start), let time = firstTime(from: start) {
      return Int64(start.daysSinceEpoch) * 86_400 + Int64(time)
    }
    guard let day = firstDay(after: start), let time = firstTime(from: CivilTime(year: 0, month: 1, day: 1))
    else {
      return nil
    }
    return Int64(day) * 86_400 + Int64(time)
  }

  private func matches(day: CivilTime) -> Bool {
    (year == nil || year == day.year) && months >> UInt64(day.month) & 1 == 1
      && days >> UInt64(day.day) & 1 == 1 && weekdays >> UInt64(day.weekday) & 1 == 1
  }

  private func firstDay(after start: CivilTime) -> Int? {
    var date = CivilTime(daysSinceEpoch: start.daysSinceEpoch + 1)
    if let year, date.year < year { date = CivilTime(year: year, month: 1, day: 1) }
    while date.year < 2200, year == nil || date.year == year {
      guard months >> UInt64(date.month) & 1 == 1 else {
        date = Self.firstOfNextMonth(date)
        continue
      }
      let firstWeekday = (date.weekday - (date.day - 1) % 7 + 7) % 7
      for day in date.day...CivilTime.days(inMonth: date.month, of: date.year)
      where days >> UInt64(day) & 1 == 1 && weekdays >> UInt64((firstWeekday + day - 1) % 7) & 1 == 1 {
        return CivilTime(year: date.year, month: date.month, day: day).daysSinceEpoch
      }
      date = Self.firstOfNextMonth(date)
    }
    return nil
  }

  private static func firstOfNextMonth(_ date: CivilTime) -> CivilTime {
    date.month == 12
      ? CivilTime(year: date.year + 1, month: 1, day: 1)
      : CivilTime(year: date.year, month: date.month + 1, day: 1)
  }

  /// The first matching second of the day that is not before the time of `start`.
  private func firstTime(from start: CivilTime) -> Int? {
    func next(_ bits: UInt64, from value: Int) -> Int? {
      let rest = value < 64 ? bits >> UInt64(value) : 0
      return rest == 0 ? nil : value + rest.trailingZeroBitCount
    }
    guard let firstMinute = next(minutes, from: 0), let firstSecond = next(seconds, from: 0),
      let hour = next(hours, from: start.hour)
    else { return nil }
    guard hour == start.hour else { return hour * 3600 + firstMinute * 60 + firstSecond }
    if let minute = next(minutes, from: start.minute) {
      guard minute == start.minute else { return hour * 3600 + minute * 60 + firstSecond }
      if let second = next(seconds, from: start.second) { return hour * 3600 + minute * 60 + second }
      if let minute = next(minutes, from: start.minute + 1) { return hour * 3600 + minute * 60 + firstSecond }
    }
    return next(hours, from: start.hour + 1).map { $0 * 3600 + firstMinute * 60 + firstSecond }
  }
}
