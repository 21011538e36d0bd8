/// The rule for daylight saving time at the end of a zone file: the extended TZ string of POSIX
/// (`CET-1CEST,M3.5.0,M10.5.0/3`).
struct ZoneFooter {
  private let standard: Int
  private let daylight: Int
  private let start: Day
  private let end: Day

  /// A day of the year with the second, in local time, at which clocks change.
  private struct Day {
    enum Rule {
      /// `Mm.w.d`: the weekday of the w-th week of the month, 5 = the last.
      case weekday(month: Int, week: Int, day: Int)
      /// `Jn`: 1…365, the 29th of February never counted.
      case julian(Int)
      /// `n`: 0…365
      case zeroBased(Int)
    }
    let rule: Rule
    let second: Int

    func secondsSinceEpoch(in year: Int) -> Int64 {
      let day: Int
      switch rule {
      case .weekday(let month, let week, let weekday):
        let first = CivilTime(year: year, month: month, day: 1)
        var date = 1 + (weekday - first.weekday + 7) % 7 + (week - 1) * 7
        while date > CivilTime.days(inMonth: month, of: year) { date -= 7 }
        day = first.daysSinceEpoch + date - 1
      case .julian(let number):
        let leap = CivilTime.isLeap(year) && number >= 60 ? 1 : 0
        day = CivilTime(year: year, month: 1, day: 1).daysSinceEpoch + number - 1 + leap
      case .zeroBased(let number):
        day = CivilTime(year: year, month: 1, day: 1).daysSinceEpoch + number
      }
      return Int64(day) * 86_400 + Int64(second)
    }
  }

  /// Reads the string; nil when it has no daylight saving time or is not one.
  init?(_ text: String) {
    var parser = Parser(rest: text[...])
    guard parser.name(), let standard = parser.offset(), parser.name() else { return nil }
    self.standard = -standard
    daylight = parser.peek == "," ? 3600 - standard : parser.offset().map { -$0 } ?? 3600 - standard
    guard parser.skip(","), let start = parser.day(), parser.skip(","), let end = parser.day(),
      parser.rest.isEmpty
    else { return nil }
    self.start = start
    self.end = end
  }

  /// The changes in some years, ascending.
  func changes(years: Range<Int>) -> [(instant: Int64, offset: Int, isDaylight: Bool)] {
    years.flatMap { year in
      [
        (start.secondsSinceEpoch(in: year) - Int64(standard), daylight, true),
        (end.secondsSinceEpoch(in: year) - Int64(daylight), standard, false),
      ].sorted { $0.0 < $1.0 }
    }.map { (instant: $0.0, offset: $0.1, isDaylight: $0.2) }
  }

  private struct Parser {
    var rest: Substring

    var peek: Character? { rest.first }

    mutating func skip(_ character: Character) -> Bool {
      guard rest.first == character else { return false }
      rest.removeFirst()
      return true
    }

    /// Letters, or anything in angle brackets.
    mutating func name() -> Bool {
      if skip("<") {
        guard let end = rest.firstIndex(of: ">") else { return false }
        rest = rest[rest.index(after: end)...]
        return true
      }
      let letters = rest.prefix(while: \.isLetter)
      rest = rest[letters.endIndex...]
      return letters.count >= 3
    }

    mutating func number() -> Int? {
      let digits = rest.prefix { $0.isASCII && $0.isNumber }
      rest = rest[digits.endIndex...]
      return digits.count <= 4 ? Int(digits) : nil
    }

    /// `[+-]hh[:mm[:ss]]` in seconds.
    mutating func offset() -> Int? {
      let sign = skip("-") ? -1 : 1
      _ = skip("+")
      guard var seconds = number().map({ $0 * 3600 }) else { return nil }
      if skip(":") {
        guard let minutes = number() else { return nil }
        seconds += minutes * 60
        if skip(":") {
          guard let rest = number() else { return nil }
          seconds += rest
        }
      }
      return sign * seconds
    }

    mutating func day() -> Day? {
      let rule: Day.Rule
      if skip("M") {
        guard let month = number(), (1...12).contains(month), skip("."), let week = number(),
          (1...5).contains(week), skip("."), let day = number(), (0...6).contains(day)
        else { return nil }
        rule = .weekday(month: month, week: week, day: day)
      } else if skip("J") {
        guard let day = number(), (1...365).contains(day) else { return nil }
        rule = .julian(day)
      } else {
        guard let day = number(), (0...365).contains(day) else { return nil }
        rule = .zeroBased(day)
      }
      guard skip("/") else { return Day(rule: rule, second: 7200) }
      return offset().map { Day(rule: rule, second: $0) }
    }
  }
}
