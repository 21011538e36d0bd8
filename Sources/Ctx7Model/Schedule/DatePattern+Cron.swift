extension DatePattern {
  /// The patterns whose union matches the days of an expression; none of them is redundant.
  ///
  /// - Parameter changes: the clock changes to come, around which systemd cannot count from the end of a month.
  static func patterns(for cron: CronExpression, changes: [ZoneRules.Change]) -> [DatePattern] {
    let days = patterns(for: cron.monthDays)
    let weekdays = patterns(for: cron.weekdays)
    let union =
      cron.daysAreAlternatives
      ? days + weekdays : days.flatMap { day in weekdays.flatMap { day.intersection($0) } }
    let bounded = union.compactMap { pattern -> DatePattern? in
      var pattern = pattern
      pattern.months &= cron.months
      pattern.years = pattern.years.intersection(cron.years)
      return pattern.months == 0 || pattern.years.isEmpty ? nil : pattern
    }.flatMap { $0.countsFromEnd ? $0.numbered(where: changes, hours: cron.times.hours) : [$0] }
    if bounded.count == 1 { return bounded }
    return withoutRedundant(merged(bounded), months: cron.months, years: cron.years)
  }

  // MARK: Days of the month

  private static func patterns(for field: CronMonthDays) -> [DatePattern] {
    var patterns: [DatePattern] = []
    if field.bits != 0 { patterns.append(DatePattern(days: field.bits)) }
    for offset in field.fromLast.bitPlaces { patterns += last(minus: offset) }
    for day in field.nearestWorkdays.bitPlaces { patterns += workday(nearest: day) }
    if field.lastWorkday {
      patterns.append(DatePattern(weekdays: mondayToFriday, days: 1 << 1, countsFromEnd: true))
      patterns.append(DatePattern(weekdays: friday, days: 1 << 2 | 1 << 3, countsFromEnd: true))
    }
    return patterns
  }

  private static let mondayToFriday: UInt64 = 0b0111110
  private static let monday: UInt64 = 1 << 1
  private static let friday: UInt64 = 1 << 5
  private static let february: UInt64 = 1 << 2
  private static let monthsOf30: UInt64 = 1 << 4 | 1 << 6 | 1 << 9 | 1 << 11
  private static let monthsOf31 = allMonths & ~monthsOf30 & ~february

  /// `L-k`. systemd counts at most 28 days from the end; what lies further ahead is a plain day of a long month.
  private static func last(minus offset: Int) -> [DatePattern] {
    guard offset > 27 else { return [DatePattern(days: 1 << UInt64(offset + 1), countsFromEnd: true)] }
    var patterns = [DatePattern(months: monthsOf31, days: 1 << UInt64(31 - offset))]
    if offset < 30 { patterns.append(DatePattern(months: monthsOf30, days: 1 << UInt64(30 - offset))) }
    if offset == 28 {
      patterns.append(DatePattern(years: .leap, months: february, days: 1 << 1))
    }
    return patterns
  }

  /// `nW`: Saturday goes to Friday and Sunday to Monday, but never into another month.
  private static func workday(nearest day: Int) -> [DatePattern] {
    func on(_ weekdays: UInt64, _ days: Int..., months: UInt64 = allMonths, years: YearSet = .all)
      -> DatePattern
    {
      DatePattern(
        weekdays: weekdays, years: years, months: months, days: days.reduce(0) { $0 | 1 << UInt64($1) })
    }
    switch day {
    case 1: return [on(mondayToFriday, 1), on(monday, 2, 3)]
    case 2...27: return [on(mondayToFriday, day), on(friday, day - 1), on(monday, day + 1)]
    case 28:
      // In February the 28th can be the last: a Sunday then goes to Friday the 26th. The third day from the end
      // is that one, or in a leap year the 27th, to which a Saturday the 28th goes anyway.
      let inFebruary = DatePattern(
        weekdays: friday, months: february, days: 1 << 3, countsFromEnd: true)
      return [on(mondayToFriday, 28), on(friday, 27), on(monday, 29), inFebruary]
    case 29:
      let others = allMonths & ~february
      return [
        on(mondayToFriday, 29), on(friday, 28, months: others), on(monday, 30),
        on(
          friday, 28, months: february,
          years: .leap(where: { MonthShape(year: $0, month: 2).weekday(of: 29) == 6 })),
        on(
          friday, 27, months: february,
          years: .leap(where: { MonthShape(year: $0, month: 2).weekday(of: 29) == 0 })),
      ]
    case 30:
      return [
        on(mondayToFriday, 30), on(friday, 29, months: allMonths & ~february),
        on(friday, 28, months: monthsOf30), on(monday, 31),
      ]
    default:
      return [on(mondayToFriday, 31), on(friday, 29, 30, months: monthsOf31)]
    }
  }

  // MARK: Days of the week

  private static func patterns(for field: CronWeekdays) -> [DatePattern] {
    var patterns: [DatePattern] = []
    if field.bits != 0 { patterns.append(DatePattern(weekdays: field.bits)) }
    for (index, weekdays) in field.nth.enumerated() where weekdays != 0 {
      let days = UInt64(bits: index * 7 + 1...min(index * 7 + 7, 31))
      patterns.append(DatePattern(weekdays: weekdays, days: days))
    }
    if field.last != 0 {
      patterns.append(DatePattern(weekdays: field.last, days: UInt64(bits: 1...7), countsFromEnd: true))
    }
    return patterns
  }

  // MARK: Both

  private func intersection(_ other: DatePattern) -> [DatePattern] {
    var both = self
    both.weekdays &= other.weekdays
    both.months &= other.months
    both.years = years.intersection(other.years)
    guard both.weekdays != 0, both.months != 0, !both.years.isEmpty else { return [] }
    if countsFromEnd == other.countsFromEnd {
      both.days &= other.days
      return both.days == 0 ? [] : [both]
    }
    let (plain, ending) = countsFromEnd ? (other, self) : (self, other)
    if plain.days == Self.allDays {
      both.countsFromEnd = true
      both.days = ending.days
      return [both]
    }
    both.countsFromEnd = false
    return both.numbered(plain.days, ending: ending.days)
  }

  /// Days that have both a number and a place before the end of the month, as numbers alone.
  private func numbered(_ days: UInt64, ending: UInt64) -> [DatePattern] {
    func part(_ months: UInt64, length: Int) -> DatePattern {
      var part = self
      part.months &= months
      part.days = DatePattern(days: ending, countsFromEnd: true).numbers(length: length) & days
      return part
    }
    var parts = [part(Self.monthsOf31, length: 31), part(Self.monthsOf30, length: 30)]
    let (common, leap) = (part(Self.february, length: 28), part(Self.february, length: 29))
    var always = common
    // The 29th is there in leap years only.
    always.days = leap.days & (common.days | 1 << 29)
    parts.append(always)
    for (february, isLeap) in [(common, false), (leap, true)] {
      for day in (february.days & ~always.days).bitPlaces {
        var single = february
        single.days = 1 << UInt64(day)
        single.years = years.intersection(
          YearSet(
            YearSet.range.filter {
              CivilTime.isLeap($0) == isLeap
                && weekdays.hasBit(MonthShape(year: $0, month: 2).weekday(of: day))
            }))
        parts.append(single)
      }
    }
    return parts.filter { $0.months != 0 && $0.days != 0 && !$0.years.isEmpty }
  }

  /// Days that are counted from the end of the month as numbers, in those months in which clocks change on one of
  /// them.
  ///
  /// systemd looks for the end of the month with mktime(3), which remembers the offset it met there: a local time
  /// that comes twice on such a day is then taken for the second one, and one that is skipped loses the day.
  private func numbered(where changes: [ZoneRules.Change], hours: UInt64) -> [DatePattern] {
    var months: UInt64 = 0
    for change in changes {
      let first = change.instant + Int64(min(change.offsetBefore, change.offsetAfter))
      let start = CivilTime(secondsSinceEpoch: first)
      let end = CivilTime(secondsSinceEpoch: first + Int64(abs(change.shift)) - 1)
      let isLong = abs(change.shift) >= 86_400 || start.day != end.day
      let touched = isLong ? TimesOfDay.allHours : UInt64(bits: start.hour...end.hour)
      // The search of a day begins at midnight.
      guard touched & (hours | 1) != 0 else { continue }
      for day in [start, end]
      where matches(in: MonthShape(year: day.year, month: day.month)).hasBit(day.day) {
        months |= 1 << UInt64(day.month)
      }
    }
    guard months != 0 else { return [self] }
    var (counted, numbered) = (self, self)
    counted.months &= ~months
    numbered.months &= months
    numbered.countsFromEnd = false
    return (counted.months == 0 ? [] : [counted]) + numbered.numbered(Self.allDays, ending: days)
  }

  private func numbers(length: Int) -> UInt64 {
    days.bitPlaces.reduce(0) { $1 <= length ? $0 | 1 << UInt64(length + 1 - $1) : $0 }
  }

  // MARK: Few lines

  /// Makes one of patterns that differ in their days only, then of those that differ in their weekdays only.
  private static func merged(_ patterns: [DatePattern]) -> [DatePattern] {
    func merge(_ patterns: [DatePattern], _ part: WritableKeyPath<DatePattern, UInt64>) -> [DatePattern] {
      var merged: [DatePattern] = []
      for pattern in patterns {
        let twin = merged.firstIndex { other in
          var other = other
          let both = other[keyPath: part] | pattern[keyPath: part]
          other[keyPath: part] = pattern[keyPath: part]
          guard other == pattern else { return false }
          other[keyPath: part] = both
          return other.isAccepted
        }
        if let twin {
          merged[twin][keyPath: part] |= pattern[keyPath: part]
        } else {
          merged.append(pattern)
        }
      }
      return merged
    }
    return merge(merge(patterns, \.days), \.weekdays)
  }

  /// systemd allows 28 days from the end, but takes three off for each further element of a list (`chain_valid` in
  /// calendarspec.c, as of 252).
  private var isAccepted: Bool {
    !countsFromEnd || days.bitPlaces.enumerated().allSatisfy { index, day in day <= 28 - 3 * index }
  }

  /// Drops, from the last to the first, what the others match anyway.
  ///
  /// Years that a pattern names beside those of the expression tell kinds of years apart, and the samples have a
  /// year of each kind.
  private static func withoutRedundant(_ patterns: [DatePattern], months: UInt64, years: YearSet)
    -> [DatePattern]
  {
    let samples = MonthShape.samples(of: years).filter { months.hasBit($0.month) }
    var kept = patterns
    var matches = patterns.map { pattern in samples.map(pattern.matches) }
    for index in patterns.indices.reversed() {
      let isNeeded = samples.indices.contains { sample in
        var others: UInt64 = 0
        for other in matches.indices where other != index { others |= matches[other][sample] }
        return matches[index][sample] & ~others != 0
      }
      if !isNeeded {
        kept.remove(at: index)
        matches.remove(at: index)
      }
    }
    return kept
  }
}

extension YearSet {
  static let leap = leap(where: { _ in true })

  static func leap(where condition: (Int) -> Bool) -> YearSet {
    YearSet(range.filter { CivilTime.isLeap($0) && condition($0) })
  }
}
