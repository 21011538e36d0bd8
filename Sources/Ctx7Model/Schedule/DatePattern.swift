/// The date part of an `OnCalendar=` line: what one line can say about days.
struct DatePattern: Hashable, Sendable {
  /// Bit 0 is Sunday.
  var weekdays: UInt64 = 0x7F
  var years = YearSet.all
  /// Bit n is month n.
  var months = DatePattern.allMonths
  /// Bit n is day n, or with `countsFromEnd` the n-th day from the end of the month.
  var days = DatePattern.allDays
  /// `*-*~01` is the last day of the month.
  var countsFromEnd = false

  static let allMonths = UInt64(bits: 1...12)
  static let allDays = UInt64(bits: 1...31)

  /// The matching days of a month, if its month and year do.
  func days(of month: MonthShape) -> UInt64 {
    let numbered = countsFromEnd ? days.reversed(through: month.length) : days
    return numbered & month.days(on: weekdays)
  }

  /// The matching days of any month.
  func matches(in month: MonthShape) -> UInt64 {
    months.hasBit(month.month) && years.contains(month.year) ? days(of: month) : 0
  }

  func write(to text: inout [UInt8]) {
    if weekdays != 0x7F {
      // systemd's week begins on Monday, and its ranges do not wrap.
      let names = [(1, "Mon"), (2, "Tue"), (3, "Wed"), (4, "Thu"), (5, "Fri"), (6, "Sat"), (0, "Sun")]
      for (day, name) in names where weekdays.hasBit(day) {
        if !text.isEmpty { text.append(UInt8(ascii: ",")) }
        text.append(contentsOf: name.utf8)
      }
      text.append(UInt8(ascii: " "))
    }
    writeYears(to: &text)
    text.append(UInt8(ascii: "-"))
    CalendarLine.list(months, full: Self.allMonths, to: &text)
    text.append(UInt8(ascii: countsFromEnd ? "~" : "-"))
    CalendarLine.list(days, full: countsFromEnd ? 0 : Self.allDays, to: &text)
  }

  private func writeYears(to text: inout [UInt8]) {
    guard years != .all else { return text.append(UInt8(ascii: "*")) }
    var next = years.first(from: YearSet.range.lowerBound)
    var isFirst = true
    while let year = next {
      var last = year
      while years.contains(last + 1) { last += 1 }
      if !isFirst { text.append(UInt8(ascii: ",")) }
      isFirst = false
      text.append(contentsOf: String(year).utf8)
      if last > year { text.append(contentsOf: "\(last == year + 1 ? "," : "..")\(last)".utf8) }
      next = years.first(from: last + 1)
    }
  }
}

extension DatePattern {
  /// One date.
  init(_ date: CivilTime) {
    years = YearSet(CollectionOfOne(date.year))
    months = 1 << UInt64(date.month)
    days = 1 << UInt64(date.day)
  }
}

extension UInt64 {
  /// Bit n becomes bit `length` + 1 - n, for n from 1 to `length`.
  fileprivate func reversed(through length: Int) -> UInt64 {
    var result: UInt64 = 0
    var rest = self & UInt64(bits: 1...length)
    while rest != 0 {
      result |= 1 << UInt64(length + 1 - rest.trailingZeroBitCount)
      rest &= rest - 1
    }
    return result
  }
}
