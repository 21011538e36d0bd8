import Ctx7Model

/// A cron written from cron's own rules (crontab(5), cron(8) of Debian), slow and obvious, to compare with.
struct BruteForceCron {
  private var seconds: Set<Int> = [0]
  private let minutes: Set<Int>
  private let hours: Set<Int>
  private let monthDays: Substring
  private let months: Set<Int>
  private let weekdays: Substring
  private var years: Set<Int>?
  private let isWildcard: Bool

  private static let monthNames = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
  ]
  private static let weekdayNames = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]

  init(_ text: String) {
    var fields = text.lowercased().split(separator: " ")
    if fields.count == 7 { years = Self.values(fields.removeLast(), 1970...2199) }
    if fields.count == 6 { seconds = Self.values(fields.removeFirst(), 0...59) }
    minutes = Self.values(fields[0], 0...59)
    hours = Self.values(fields[1], 0...23)
    monthDays = fields[2]
    months = Self.values(fields[3], 1...12, Self.monthNames)
    weekdays = fields[4]
    isWildcard = fields[0].hasPrefix("*") || fields[1].hasPrefix("*")
  }

  /// Numbers, names, ranges and steps.
  private static func values(_ field: Substring, _ range: ClosedRange<Int>, _ names: [String] = []) -> Set<
    Int
  > {
    var values: Set<Int> = []
    for element in field.split(separator: ",") {
      let parts = element.split(separator: "/")
      let step = parts.count == 2 ? Int(parts[1]) ?? 1 : 1
      let ends = parts[0].split(separator: "-").map { end in
        Int(end) ?? (names.firstIndex { end.hasPrefix($0) } ?? 0) + range.lowerBound
      }
      let low = parts[0] == "*" || parts[0] == "?" ? range.lowerBound : ends[0]
      let high = parts[0] == "*" || parts[0] == "?" ? range.upperBound : ends.last ?? low
      for value in low...high where (value - low) % step == 0 { values.insert(value) }
    }
    return values
  }

  // MARK: Days

  func matches(year: Int, month: Int, day: Int) -> Bool {
    guard months.contains(month), years?.contains(year) ?? true else { return false }
    let isStar = [monthDays, weekdays].contains { $0.hasPrefix("*") || $0.hasPrefix("?") }
    let (first, second) = (matchesMonthDay(year, month, day), matchesWeekday(year, month, day))
    return isStar ? first && second : first || second
  }

  private func matchesMonthDay(_ year: Int, _ month: Int, _ day: Int) -> Bool {
    let length = CivilTime.days(inMonth: month, of: year)
    func weekday(_ day: Int) -> Int { CivilTime(year: year, month: month, day: day).weekday }
    func workday(_ wanted: Int) -> Int? {
      guard wanted <= length else { return nil }
      let candidates = (1...length).filter { (1...5).contains(weekday($0)) }
      // Of two equally near ones there never are: a weekend has two days.
      return candidates.min { abs($0 - wanted) < abs($1 - wanted) }
    }
    return monthDays.split(separator: ",").contains { element in
      if element == "l" { return day == length }
      if element == "lw" { return day == workday(length) }
      if element.hasPrefix("l-") { return day == length - (Int(element.dropFirst(2)) ?? 0) }
      if element.hasSuffix("w") { return day == workday(Int(element.dropLast()) ?? 0) }
      return Self.values(element, 1...31).contains(day)
    }
  }

  private func matchesWeekday(_ year: Int, _ month: Int, _ day: Int) -> Bool {
    let weekday = CivilTime(year: year, month: month, day: day).weekday
    func isMeant(_ name: Substring) -> Bool {
      Self.values(name, 0...7, Self.weekdayNames).contains { $0 % 7 == weekday }
    }
    return weekdays.split(separator: ",").contains { element in
      if let mark = element.firstIndex(of: "#") {
        return isMeant(element[..<mark]) && (day - 1) / 7 + 1 == Int(element[element.index(after: mark)...])
      }
      if element.hasSuffix("l") {
        return isMeant(element.dropLast()) && day + 7 > CivilTime.days(inMonth: month, of: year)
      }
      return isMeant(element)
    }
  }

  // MARK: Firings

  /// The first firings after an instant in UTC, found by trying each day.
  func firings(after base: Int64, count: Int, days limit: Int) -> [Int64] {
    var found: [Int64] = []
    let first = Int((Double(base) / 86_400).rounded(.down))
    for number in first..<first + limit {
      let date = CivilTime(daysSinceEpoch: number)
      guard matches(year: date.year, month: date.month, day: date.day) else { continue }
      for hour in hours.sorted() {
        for minute in minutes.sorted() {
          for second in seconds.sorted() {
            let instant = Int64(number * 86_400 + hour * 3600 + minute * 60 + second)
            if instant > base { found.append(instant) }
            if found.count == count { return found }
          }
        }
      }
    }
    return found
  }

  private func matches(localMinute: Int64) -> Bool {
    let time = CivilTime(secondsSinceEpoch: localMinute * 60)
    return minutes.contains(time.minute) && hours.contains(time.hour)
      && matches(year: time.year, month: time.month, day: time.day)
  }

  /// What Debian's cron runs in a range of instants: it wakes each minute and compares local time with the local
  /// minute that it has last worked through.
  func firings(from start: Int64, to end: Int64, in zone: ZoneRules) -> [Int64] {
    func localMinute(_ instant: Int64) -> Int64 { (instant + Int64(zone.offset(at: instant))) / 60 }
    var virtual = localMinute(start - 60)
    var found: [Int64] = []
    for now in stride(from: start, to: end, by: 60) {
      let local = localMinute(now)
      let isDue: Bool
      switch local - virtual {
      case 1:
        virtual = local
        isDue = matches(localMinute: local)
      case 6...180:
        // Set forward: what runs often runs as always, what was skipped runs now.
        isDue =
          isWildcard
          ? matches(localMinute: local) : (virtual + 1...local).contains { matches(localMinute: $0) }
        virtual = local
      case -179...0:
        // Set back: only what runs often, until the time is caught up with.
        isDue = isWildcard && matches(localMinute: local)
      default:
        // A correction.
        virtual = local
        isDue = matches(localMinute: local)
      }
      if isDue { found.append(now) }
    }
    return found
  }
}
