/// What matches some local times, whatever the zone: a cron expression, or one `OnCalendar=` line.
///
/// Local times are seconds since 1970-01-01T00:00:00 as if the zone were UTC.
protocol WallPattern {
  var times: TimesOfDay { get }
  /// Bit n is month n.
  var months: UInt64 { get }
  var years: YearSet { get }
  /// The matching days of a month, bit n for day n; none that the month does not have.
  func days(of month: MonthShape) -> UInt64
}

/// The seconds of a day that match: those whose hour, minute and second all do.
struct TimesOfDay: Hashable, Sendable {
  var hours: UInt64
  var minutes: UInt64
  var seconds: UInt64

  static let allHours = UInt64(bits: 0...23)
  static let allSixty = UInt64(bits: 0...59)

  /// The first matching second of the day that is not before `time`.
  func first(from time: Int) -> Int? {
    let (hour, minute, second) = (time / 3600, time / 60 % 60, time % 60)
    let firstMinute = minutes.trailingZeroBitCount
    let firstSecond = seconds.trailingZeroBitCount
    if hours.hasBit(hour) {
      if minutes.hasBit(minute), let second = seconds.firstBit(from: second) {
        return hour * 3600 + minute * 60 + second
      }
      if let minute = minutes.firstBit(from: minute + 1) { return hour * 3600 + minute * 60 + firstSecond }
    }
    return hours.firstBit(from: hour + 1).map { $0 * 3600 + firstMinute * 60 + firstSecond }
  }

  /// The last matching second of the day that is not after `time`.
  func last(through time: Int) -> Int? {
    let (hour, minute, second) = (time / 3600, time / 60 % 60, time % 60)
    let lastMinute = 63 - minutes.leadingZeroBitCount
    let lastSecond = 63 - seconds.leadingZeroBitCount
    if hours.hasBit(hour) {
      if minutes.hasBit(minute), let second = seconds.lastBit(through: second) {
        return hour * 3600 + minute * 60 + second
      }
      if let minute = minutes.lastBit(through: minute - 1) { return hour * 3600 + minute * 60 + lastSecond }
    }
    return hours.lastBit(through: hour - 1).map { $0 * 3600 + lastMinute * 60 + lastSecond }
  }
}

/// What decides which days of a month match: its number, its length and its first weekday.
struct MonthShape: Hashable, Sendable {
  let year: Int
  let month: Int
  let length: Int
  /// 0 = Sunday.
  let firstWeekday: Int

  init(year: Int, month: Int) {
    self.year = year
    self.month = month
    length = CivilTime.days(inMonth: month, of: year)
    firstWeekday = CivilTime(year: year, month: month, day: 1).weekday
  }

  /// All days, bit n for day n.
  var all: UInt64 { UInt64(bits: 1...length) }

  /// The first day that is a weekday (0 = Sunday).
  func first(_ weekday: Int) -> Int { 1 + (weekday - firstWeekday + 7) % 7 }

  /// The days that are one of the weekdays, bit 0 for Sunday.
  func days(on weekdays: UInt64) -> UInt64 {
    if weekdays == 0x7F { return all }
    var days: UInt64 = 0
    var rest = weekdays
    while rest != 0 {
      days |= 0x2_0408_1020_4081 << UInt64(first(rest.trailingZeroBitCount))
      rest &= rest - 1
    }
    return days & all
  }

  /// 0 = Sunday.
  func weekday(of day: Int) -> Int { (firstWeekday + day - 1) % 7 }
}

extension WallPattern {
  /// The first local time that matches and is not before `local`.
  func firstMatch(from local: Int64) -> Int64? {
    let (day, second) = local.quotientFloor(86_400)
    let date = CivilTime(daysSinceEpoch: Int(day))
    if years.contains(date.year), months.hasBit(date.month),
      days(of: MonthShape(year: date.year, month: date.month)).hasBit(date.day),
      let time = times.first(from: Int(second))
    {
      return day * 86_400 + Int64(time)
    }
    guard let day = firstDay(year: date.year, month: date.month, from: date.day + 1),
      let time = times.first(from: 0)
    else { return nil }
    return Int64(day) * 86_400 + Int64(time)
  }

  /// The last local time that matches and is not after `local`.
  func lastMatch(through local: Int64) -> Int64? {
    let (day, second) = local.quotientFloor(86_400)
    let date = CivilTime(daysSinceEpoch: Int(day))
    if years.contains(date.year), months.hasBit(date.month),
      days(of: MonthShape(year: date.year, month: date.month)).hasBit(date.day),
      let time = times.last(through: Int(second))
    {
      return day * 86_400 + Int64(time)
    }
    guard let day = lastDay(year: date.year, month: date.month, through: date.day - 1),
      let time = times.last(through: 86_399)
    else { return nil }
    return Int64(day) * 86_400 + Int64(time)
  }

  private func firstDay(year: Int, month: Int, from day: Int) -> Int? {
    var (year, month, day) = (year, month, day)
    while let nextYear = years.first(from: year) {
      if nextYear > year { (year, month, day) = (nextYear, 1, 1) }
      if let nextMonth = months.firstBit(from: month) {
        if nextMonth > month { (month, day) = (nextMonth, 1) }
        if let match = days(of: MonthShape(year: year, month: month)).firstBit(from: day) {
          return CivilTime(year: year, month: month, day: match).daysSinceEpoch
        }
        (month, day) = (month + 1, 1)
      } else {
        (year, month, day) = (year + 1, 1, 1)
      }
    }
    return nil
  }

  private func lastDay(year: Int, month: Int, through day: Int) -> Int? {
    var (year, month, day) = (year, month, day)
    while let lastYear = years.last(through: year) {
      if lastYear < year { (year, month, day) = (lastYear, 12, 31) }
      if let lastMonth = months.lastBit(through: month) {
        if lastMonth < month { (month, day) = (lastMonth, 31) }
        if let match = days(of: MonthShape(year: year, month: month)).lastBit(through: day) {
          return CivilTime(year: year, month: month, day: match).daysSinceEpoch
        }
        (month, day) = (month - 1, 31)
      } else {
        (year, month, day) = (year - 1, 12, 31)
      }
    }
    return nil
  }
}
