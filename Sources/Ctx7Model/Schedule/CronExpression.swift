/// A cron expression, parsed: five fields, six with leading seconds, seven with trailing years.
public struct CronExpression: Hashable, Sendable {
  /// The text as it was written: the fields, or a macro that stands for them.
  public let source: String
  /// Whether `H` or `~` picked a value by the job's id.
  public let usesHash: Bool
  let times: TimesOfDay
  let monthDays: CronMonthDays
  let months: UInt64
  let weekdays: CronWeekdays
  let years: YearSet
  /// Whether the minute or the hour begins with `*`. Debian's cron treats such a job as running "every so often":
  /// it runs in both hours when the clock is set back, any other one once (cron(8), "Debian Specific").
  let isWildcard: Bool

  /// Parses an expression.
  ///
  /// - Parameter job: whose id `H` and `~` pick by.
  /// - Throws: `CronError` for anything that crons read differently, that no cron accepts, or that never fires.
  public init(_ source: String, for job: JobID? = nil) throws(CronError) {
    self = try Parser(source, CronHash(job)).expression().named(source)
  }

  init(
    source: String, usesHash: Bool, times: TimesOfDay, monthDays: CronMonthDays, months: UInt64,
    weekdays: CronWeekdays, years: YearSet, isWildcard: Bool
  ) {
    self.source = source
    self.usesHash = usesHash
    self.times = times
    self.monthDays = monthDays
    self.months = months
    self.weekdays = weekdays
    self.years = years
    self.isWildcard = isWildcard
  }

  /// The same under the text that it was written as.
  func named(_ source: String) -> CronExpression {
    CronExpression(
      source: source, usesHash: usesHash, times: times, monthDays: monthDays, months: months,
      weekdays: weekdays, years: years, isWildcard: isWildcard)
  }

  /// Vixie's rule: a day matches when either day field does, but both must where one begins with `*`.
  var daysAreAlternatives: Bool { !monthDays.beginsWithStar && !weekdays.beginsWithStar }
}

extension CronExpression: WallPattern {
  func days(of month: MonthShape) -> UInt64 {
    let (days, weekdays) = (monthDays.days(of: month), weekdays.days(of: month))
    return daysAreAlternatives ? days | weekdays : days & weekdays
  }

  /// Whether there is a matching day in any year.
  var canFire: Bool {
    if daysAreAlternatives && weekdays.bits != 0 { return !years.isEmpty }
    if monthDays.isPlain && weekdays.bits == 0x7F && weekdays.isPlain && monthDays.bits & 0x1FFF_FFFE != 0 {
      return !years.isEmpty
    }
    return MonthShape.samples(of: years).contains { months.hasBit($0.month) && days(of: $0) != 0 }
  }
}

extension MonthShape {
  /// All months of one year of each of the fourteen kinds that there are: seven first weekdays, leap or not.
  /// 28 years in a row have them all.
  static let kinds = months(ofKindsAmong: 1970...1997)

  /// The months that are enough to tell what is true of all months of these years.
  static func samples(of years: YearSet) -> [MonthShape] {
    years == .all ? kinds : months(ofKindsAmong: years.values)
  }

  private static func months(ofKindsAmong years: some Sequence<Int>) -> [MonthShape] {
    var seen: Set<[Int]> = []
    return years.filter {
      seen.insert([MonthShape(year: $0, month: 1).firstWeekday, CivilTime.isLeap($0) ? 1 : 0]).inserted
    }.flatMap { year in (1...12).map { MonthShape(year: year, month: $0) } }
  }
}
