/// What a field of a cron expression may hold.
struct CronField: Hashable, Sendable {
  let name: String
  let range: ClosedRange<Int>
  /// Of the first values, lower case.
  var names: [String] = []
  /// What `H` without a range is picked from.
  var hashed: ClosedRange<Int>
  /// What it takes, after "a … is" .
  let allowed: String
  let examples: String

  static let second = CronField(
    name: "second", range: 0...59, hashed: 0...59, allowed: "0 to 59", examples: "0, */15, 10-20")
  static let minute = CronField(
    name: "minute", range: 0...59, hashed: 0...59, allowed: "0 to 59", examples: "0, */15, 10-20")
  static let hour = CronField(
    name: "hour", range: 0...23, hashed: 0...23, allowed: "0 to 23", examples: "3, */6, 9-17")
  /// `H` picks a day that every month has.
  static let day = CronField(
    name: "day of month", range: 1...31, hashed: 1...28, allowed: "1 to 31, L, L-3, LW or 15W",
    examples: "1, 1-7, L")
  static let month = CronField(
    name: "month", range: 1...12,
    names: [
      "january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
      "november", "december",
    ], hashed: 1...12, allowed: "1 to 12 or jan to dec", examples: "1, jan, 6-8")
  /// 7 is Sunday too.
  static let weekday = CronField(
    name: "day of week", range: 0...7,
    names: ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"], hashed: 0...6,
    allowed: "0 to 7 or sun to sat, fri#2 or friL", examples: "0, sun, mon-fri")
  static let year = CronField(
    name: "year", range: YearSet.range, hashed: YearSet.range, allowed: "1970 to 2199",
    examples: "2027, 2027-2030")

  /// The values that `*` stands for: Sunday counts once.
  var full: ClosedRange<Int> { self == .weekday ? 0...6 : range }

  /// Whether the days that a month happens to have decide what matches: the fields that may be `?`.
  var isDay: Bool { self == .day || self == .weekday }

  /// The value that a number or a name stands for; nil for anything else.
  func value(_ text: ArraySlice<UInt8>) -> Int? {
    guard let first = text.first else { return nil }
    if (48...57).contains(first) { return number(text).flatMap { range.contains($0) ? $0 : nil } }
    guard !names.isEmpty, text.count >= 3 else { return nil }
    let index = names.firstIndex { name in
      (text.count == 3 || text.count == name.utf8.count)
        && zip(text, name.utf8).allSatisfy { $0 | 0x20 == $1 }
    }
    return index.map { $0 + range.lowerBound }
  }

  /// At most nine digits.
  func number(_ text: ArraySlice<UInt8>) -> Int? {
    guard (1...9).contains(text.count) else { return nil }
    var value = 0
    for byte in text {
      guard (48...57).contains(byte) else { return nil }
      value = value * 10 + Int(byte - 48)
    }
    return value
  }
}

/// What one element of a field's list matches.
enum CronTerm: Hashable, Sendable {
  /// Every `step`-th value of a range.
  case values(ClosedRange<Int>, step: Int)
  /// `L-3`: so many days before the last of the month.
  case fromLast(Int)
  /// `LW`: the last day of the month from Monday to Friday.
  case lastWorkday
  /// `15W`: the day from Monday to Friday that is nearest to the 15th, in the same month.
  case nearestWorkday(Int)
  /// `fri#2`: the second Friday.
  case nth(Int, weekday: Int)
  /// `friL`: the last Friday.
  case lastWeekday(Int)
}
