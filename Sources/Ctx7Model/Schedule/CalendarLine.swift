/// One `OnCalendar=` value (systemd.time(7), "Calendar Events"), as the sets of its parts.
///
/// Always explicit lists: systemd loses runs on the open repetition `a/n` (systemd issue 40260).
public struct CalendarLine: Hashable, Sendable {
  /// 0 = Sunday … 6; 127 is every day.
  var weekdays: UInt64 = 0x7F
  /// nil is every year.
  var year: Int?
  var months: UInt64 = 0x1FFE
  var days: UInt64 = 0xFFFF_FFFE
  var hours: UInt64 = 0xFF_FFFF
  var minutes: UInt64 = (1 << 60) - 1
  var seconds: UInt64 = 1
  /// IANA name.
  var zone: String

  /// A line that matches one instant.
  init(_ instant: Timestamp) {
    let civil = CivilTime(secondsSinceEpoch: instant.seconds)
    year = civil.year
    months = 1 << UInt64(civil.month)
    days = 1 << UInt64(civil.day)
    hours = 1 << UInt64(civil.hour)
    minutes = 1 << UInt64(civil.minute)
    seconds = 1 << UInt64(civil.second)
    zone = "UTC"
  }

  /// A line that matches every midnight of a zone, to be narrowed or widened.
  init(zone: String) {
    self.zone = zone
    hours = 1
    minutes = 1
  }
}

extension CalendarLine: CustomStringConvertible {
  /// The text for `OnCalendar=`.
  public var description: String {
    // systemd's week begins on Monday, and its ranges do not wrap.
    let names = [(1, "Mon"), (2, "Tue"), (3, "Wed"), (4, "Thu"), (5, "Fri"), (6, "Sat"), (0, "Sun")]
    let weekday =
      weekdays == 0x7F
      ? "" : names.filter { weekdays >> UInt64($0.0) & 1 == 1 }.map(\.1).joined(separator: ",") + " "
    let date = [
      year.map { $0.padded(to: 4) } ?? "*", Self.list(months, full: 0x1FFE),
      Self.list(days, full: 0xFFFF_FFFE),
    ].joined(separator: "-")
    let time = [
      Self.list(hours, full: 0xFF_FFFF), Self.list(minutes, full: (1 << 60) - 1),
      Self.list(seconds, full: (1 << 60) - 1),
    ].joined(separator: ":")
    return "\(weekday)\(date) \(time) \(zone)"
  }

  private static func list(_ bits: UInt64, full: UInt64) -> String {
    guard bits != full else { return "*" }
    return (0..<64).filter { bits >> UInt64($0) & 1 == 1 }.map { $0.padded(to: 2) }.joined(separator: ",")
  }
}
