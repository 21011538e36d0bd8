extension CalendarLine {
  /// The lines that fire every `seconds` around the clock, in UTC so that clock changes do not matter; nil for a
  /// distance that neither divides a day nor is whole days.
  ///
  /// - Parameters:
  ///   - days: the days (since 1970) that explicit dates are written for.
  ///   - today: one of them; the next date after it is written, however far away it is.
  static func lines(everySeconds interval: Int, days: Range<Int>, after today: Int) -> [CalendarLine]? {
    switch interval {
    case 604_800:
      return [CalendarLine(DatePattern(weekdays: 1 << 1), .midnight, zone: "UTC")]
    case let interval where interval > 86_400 && interval % 86_400 == 0:
      return dates(everyDays: interval / 86_400, days, after: today)
    case 1...86_400 where 86_400 % interval == 0:
      return timesOfDay(everySeconds: interval).map { CalendarLine(DatePattern(), $0, zone: "UTC") }
    default: return nil
    }
  }

  private static func timesOfDay(everySeconds interval: Int) -> [TimesOfDay] {
    func bits(_ step: Int, _ count: Int) -> UInt64 { UInt64(every: step, of: 0...count - 1) }
    // What repeats every minute or hour: the parts above it are full.
    if 60 % interval == 0 {
      return [
        TimesOfDay(hours: TimesOfDay.allHours, minutes: TimesOfDay.allSixty, seconds: bits(interval, 60))
      ]
    }
    if interval % 3600 == 0 { return [TimesOfDay(hours: bits(interval / 3600, 24), minutes: 1, seconds: 1)] }
    if 3600 % interval == 0, interval % 60 == 0 {
      return [TimesOfDay(hours: TimesOfDay.allHours, minutes: bits(interval / 60, 60), seconds: 1)]
    }
    var hours: [Int: UInt64] = [:]
    for time in stride(from: 0, to: 86_400, by: interval) {
      hours[time % 3600, default: 0] |= 1 << UInt64(time / 3600)
    }
    // Of the times within an hour, those of one second that come in the same hours are one line.
    var lines: [[UInt64]: UInt64] = [:]
    for (time, hours) in hours {
      lines[[hours, UInt64(time % 60)], default: 0] |= 1 << UInt64(time / 60)
    }
    return lines.map { key, minutes in
      TimesOfDay(hours: key[0], minutes: minutes, seconds: 1 << key[1])
    }.sorted {
      ($0.minutes.trailingZeroBitCount, $0.seconds, $0.hours)
        < ($1.minutes.trailingZeroBitCount, $1.seconds, $1.hours)
    }
  }

  /// Days are counted from 1970-01-01, so every host has the same ones; one line a month.
  private static func dates(everyDays distance: Int, _ days: Range<Int>, after today: Int) -> [CalendarLine] {
    var lines: [CalendarLine] = []
    let first = days.lowerBound + (distance - days.lowerBound % distance) % distance
    let next = (today / distance + 1) * distance
    for day in stride(from: first, to: max(days.upperBound, next + 1), by: distance) {
      let date = DatePattern(CivilTime(daysSinceEpoch: day))
      if let last = lines.last, last.date.years == date.years, last.date.months == date.months {
        lines[lines.count - 1].date.days |= date.days
      } else {
        lines.append(CalendarLine(date, .midnight, zone: "UTC"))
      }
    }
    return lines
  }
}

extension TimesOfDay {
  static let midnight = TimesOfDay(hours: 1, minutes: 1, seconds: 1)
}
