/// A date and time of day on the proleptic Gregorian calendar, without a zone.
///
/// The day count follows Howard Hinnant's "chrono-Compatible Low-Level Date Algorithms".
public struct CivilTime: Hashable, Comparable, Sendable {
  /// Of the Gregorian calendar, also before it began.
  public var year: Int
  /// 1…12
  public var month: Int
  /// 1…31
  public var day: Int
  /// 0…23
  public var hour: Int
  /// 0…59
  public var minute: Int
  /// 0…59
  public var second: Int

  /// Creates a date and time; the parts are not checked.
  public init(year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0) {
    self.year = year
    self.month = month
    self.day = day
    self.hour = hour
    self.minute = minute
    self.second = second
  }

  /// The civil time that a clock at UTC shows `seconds` after 1970-01-01T00:00:00Z.
  public init(secondsSinceEpoch seconds: Int64) {
    let (days, secondOfDay) = seconds.quotientFloor(86_400)
    self.init(daysSinceEpoch: Int(days))
    hour = Int(secondOfDay) / 3600
    minute = Int(secondOfDay) % 3600 / 60
    second = Int(secondOfDay) % 60
  }

  /// Midnight of the day `days` after 1970-01-01.
  public init(daysSinceEpoch days: Int) {
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    self.init(
      year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
      month: month,
      day: dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
  }

  /// Whole days from 1970-01-01 to this date.
  public var daysSinceEpoch: Int {
    let shiftedYear = month <= 2 ? year - 1 : year
    let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
    let yearOfEra = shiftedYear - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }

  /// Seconds since 1970-01-01T00:00:00 were this civil time read as UTC.
  public var secondsSinceEpoch: Int64 {
    Int64(daysSinceEpoch) * 86_400 + Int64(hour * 3600 + minute * 60 + second)
  }

  /// 0 = Sunday … 6 = Saturday.
  public var weekday: Int {
    let days = daysSinceEpoch
    return (days >= -4 ? (days + 4) % 7 : (days + 5) % 7 + 6)
  }

  /// Orders by time.
  public static func < (left: CivilTime, right: CivilTime) -> Bool {
    left.secondsSinceEpoch < right.secondsSinceEpoch
  }

  /// The number of days in a month.
  public static func days(inMonth month: Int, of year: Int) -> Int {
    switch month {
    case 2: isLeap(year) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  /// Whether a Gregorian year has 366 days.
  public static func isLeap(_ year: Int) -> Bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
  }
}

extension FixedWidthInteger {
  /// Quotient rounded towards minus infinity, and the remainder that goes with it (never negative).
  package func quotientFloor(_ divisor: Self) -> (quotient: Self, remainder: Self) {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
  }
}
