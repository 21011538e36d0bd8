/// One `OnCalendar=` value (systemd.time(7), "Calendar Events"), as the sets of its parts.
///
/// Always explicit lists: systemd loses runs on the open repetition `a/n` (systemd issue 40260).
public struct CalendarLine: Hashable, Sendable {
  var date: DatePattern
  var times: TimesOfDay
  /// IANA name.
  var zone: String

  init(_ date: DatePattern, _ times: TimesOfDay, zone: String) {
    self.date = date
    self.times = times
    self.zone = zone
  }

  /// A line that matches one instant.
  init(_ instant: Timestamp) {
    let civil = CivilTime(secondsSinceEpoch: instant.seconds)
    self.init(
      DatePattern(civil),
      TimesOfDay(
        hours: 1 << UInt64(civil.hour), minutes: 1 << UInt64(civil.minute),
        seconds: 1 << UInt64(civil.second)),
      zone: "UTC")
  }
}

extension CalendarLine: WallPattern {
  var months: UInt64 { date.months }
  var years: YearSet { date.years }
  func days(of month: MonthShape) -> UInt64 { date.days(of: month) }
}

extension CalendarLine {
  /// The first instant after `instant` at which the line fires, as systemd computes it.
  ///
  /// - Returns: nil when there is none before the year 2200.
  func next(after instant: Timestamp, in zone: ZoneRules) -> Timestamp? {
    Firings(pattern: self, zone: zone, rule: .systemd).next(after: instant.seconds)
      .map(Timestamp.init(seconds:))
  }
}

extension Timestamp {
  /// Whole seconds since 1970, rounded up.
  var secondsRoundedUp: Int64 { (rawValue + 999).quotientFloor(1000).quotient }
}

extension CalendarLine: CustomStringConvertible {
  /// The text for `OnCalendar=`.
  public var description: String {
    var text: [UInt8] = []
    text.reserveCapacity(64)
    write(to: &text)
    return String(decoding: text, as: UTF8.self)
  }

  func write(to text: inout [UInt8]) {
    date.write(to: &text)
    text.append(UInt8(ascii: " "))
    Self.list(times.hours, full: TimesOfDay.allHours, to: &text)
    text.append(UInt8(ascii: ":"))
    Self.list(times.minutes, full: TimesOfDay.allSixty, to: &text)
    text.append(UInt8(ascii: ":"))
    Self.list(times.seconds, full: TimesOfDay.allSixty, to: &text)
    text.append(UInt8(ascii: " "))
    text.append(contentsOf: zone.utf8)
  }

  /// `*`, or the values with two digits.
  static func list(_ bits: UInt64, full: UInt64, to text: inout [UInt8]) {
    guard bits != full else { return text.append(UInt8(ascii: "*")) }
    var rest = bits
    while rest != 0 {
      let value = UInt8(rest.trailingZeroBitCount)
      if rest != bits { text.append(UInt8(ascii: ",")) }
      text.append(48 + value / 10)
      text.append(48 + value % 10)
      rest &= rest - 1
    }
  }
}
