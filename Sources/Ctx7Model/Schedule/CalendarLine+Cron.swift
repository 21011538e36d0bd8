extension CalendarLine {
  /// The lines whose union fires when the expression does, clock changes left to systemd.
  static func lines(for cron: CronExpression, zone: String) -> [CalendarLine] {
    var line = CalendarLine(zone: zone)
    line.seconds = cron.seconds.bits
    line.minutes = cron.minutes.bits
    line.hours = cron.hours.bits
    line.months = cron.months.bits
    guard cron.daysAreAlternatives else {
      line.days = cron.days.bits
      line.weekdays = cron.weekdays.bits
      return [line]
    }
    // A line needs both of its day parts to match; a set of days that is full already needs no second line.
    var byDay = line
    byDay.days = cron.days.bits
    var byWeekday = line
    byWeekday.weekdays = cron.weekdays.bits
    if byDay.days == 0xFFFF_FFFE { return [byDay] }
    return byWeekday.weekdays == 0x7F ? [byWeekday] : [byDay, byWeekday]
  }

  /// The lines that fire every `seconds` around the clock, in UTC so that clock changes do not matter; nil for a
  /// distance that neither divides a day nor is whole days, or that would take too many lines.
  ///
  /// - Parameter days: the days (since 1970) that explicit dates are written for.
  static func lines(everySeconds interval: Int, days: Range<Int>) -> [CalendarLine]? {
    switch interval {
    case 604_800:
      var line = CalendarLine(zone: "UTC")
      line.weekdays = 1 << 1
      return [line]
    case let interval where interval > 86_400 && interval % 86_400 == 0:
      return dates(everyDays: interval / 86_400, days)
    case 1...86_400 where 86_400 % interval == 0:
      return timesOfDay(everySeconds: interval)
    default: return nil
    }
  }

  private static func timesOfDay(everySeconds interval: Int) -> [CalendarLine]? {
    // What repeats every minute, hour or day: the parts above it are full.
    var lines: [[Int]: CalendarLine] = [:]
    for time in stride(from: 0, to: 86_400, by: interval) {
      let (hour, minute, second) = (time / 3600, time / 60 % 60, time % 60)
      let key = 60 % interval == 0 ? [] : 3600 % interval == 0 ? [second] : [minute, second]
      var line = lines[key] ?? CalendarLine(zone: "UTC").emptied
      line.hours |= 1 << UInt64(hour)
      line.minutes |= 1 << UInt64(minute)
      line.seconds |= 1 << UInt64(second)
      lines[key] = line
      if lines.count > 24 { return nil }
    }
    return lines.values.sorted { ($0.seconds, $0.minutes) < ($1.seconds, $1.minutes) }
  }

  private var emptied: CalendarLine {
    var line = self
    (line.hours, line.minutes, line.seconds) = (0, 0, 0)
    return line
  }

  /// Days are counted from 1970-01-01, so every host has the same ones; one line a month.
  private static func dates(everyDays distance: Int, _ days: Range<Int>) -> [CalendarLine] {
    var lines: [CalendarLine] = []
    let first = days.lowerBound + (distance - days.lowerBound % distance) % distance
    for day in stride(from: first, to: days.upperBound, by: distance) {
      let date = CivilTime(daysSinceEpoch: day)
      let line = CalendarLine(Timestamp(seconds: date.secondsSinceEpoch))
      if let last = lines.last, last.year == line.year, last.months == line.months {
        lines[lines.count - 1].days |= line.days
      } else {
        lines.append(line)
      }
    }
    return lines
  }
}
