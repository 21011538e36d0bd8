/// The field for the days of the month.
struct CronMonthDays: Hashable, Sendable {
  /// Bit n for day n.
  var bits: UInt64 = 0
  /// Bit k for `L-k`.
  var fromLast: UInt64 = 0
  /// Bit n for `nW`.
  var nearestWorkdays: UInt64 = 0
  /// `LW`
  var lastWorkday = false
  var beginsWithStar = false

  init(_ terms: [CronTerm], beginsWithStar: Bool) {
    self.beginsWithStar = beginsWithStar
    for term in terms {
      switch term {
      case .values(let range, let step): bits |= UInt64(every: step, of: range)
      case .fromLast(let days): fromLast |= 1 << UInt64(days)
      case .nearestWorkday(let day): nearestWorkdays |= 1 << UInt64(day)
      case .lastWorkday: lastWorkday = true
      case .nth, .lastWeekday: preconditionFailure("a term of the weekday field")
      }
    }
  }

  /// Whether the numbers of the days say it all.
  var isPlain: Bool { fromLast == 0 && nearestWorkdays == 0 && !lastWorkday }

  /// The matching days of a month.
  func days(of month: MonthShape) -> UInt64 {
    var days = bits & month.all
    guard !isPlain else { return days }
    for offset in fromLast.bitPlaces where offset < month.length {
      days |= 1 << UInt64(month.length - offset)
    }
    for day in nearestWorkdays.bitPlaces where day <= month.length {
      days |= 1 << UInt64(Self.workday(nearest: day, in: month))
    }
    if lastWorkday { days |= 1 << UInt64(Self.workday(nearest: month.length, in: month)) }
    return days
  }

  /// Saturday goes to Friday and Sunday to Monday, but never into another month.
  private static func workday(nearest day: Int, in month: MonthShape) -> Int {
    switch month.weekday(of: day) {
    case 6: day > 1 ? day - 1 : day + 2
    case 0: day < month.length ? day + 1 : day - 2
    default: day
    }
  }
}

/// The field for the days of the week.
struct CronWeekdays: Hashable, Sendable {
  /// Bit 0 for Sunday.
  var bits: UInt64 = 0
  /// The weekdays (bit 0 for Sunday) of which the first, second … fifth of the month is meant.
  var nth: [UInt64] = []
  /// The weekdays of which the last of the month is meant.
  var last: UInt64 = 0
  var beginsWithStar = false

  init(_ terms: [CronTerm], beginsWithStar: Bool) {
    self.beginsWithStar = beginsWithStar
    for term in terms {
      switch term {
      case .values(let range, let step): bits |= UInt64(every: step, of: range)
      case .nth(let number, let weekday):
        if nth.isEmpty { nth = Array(repeating: 0, count: 5) }
        nth[number - 1] |= 1 << UInt64(weekday)
      case .lastWeekday(let weekday): last |= 1 << UInt64(weekday)
      case .fromLast, .lastWorkday, .nearestWorkday: preconditionFailure("a term of the day field")
      }
    }
    // Sunday has two numbers.
    if bits.hasBit(7) { bits = bits & 0x7F | 1 }
  }

  /// Whether the weekdays alone say it all.
  var isPlain: Bool { nth.isEmpty && last == 0 }

  /// The matching days of a month.
  func days(of month: MonthShape) -> UInt64 {
    var days = month.days(on: bits)
    guard !isPlain else { return days }
    for (index, weekdays) in nth.enumerated() where weekdays != 0 {
      days |= month.days(on: weekdays) & UInt64(bits: index * 7 + 1...index * 7 + 7)
    }
    return days | month.days(on: last) & UInt64(bits: month.length - 6...month.length)
  }
}

extension UInt64 {
  /// Every `step`-th bit of a range.
  init(every step: Int, of range: ClosedRange<Int>) {
    self = step == 1 ? UInt64(bits: range) : 0
    guard step > 1 else { return }
    for bit in stride(from: range.lowerBound, through: range.upperBound, by: step) {
      self |= 1 << UInt64(bit)
    }
  }
}
