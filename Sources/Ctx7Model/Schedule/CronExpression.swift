/// A cron expression, parsed: five fields, or six with leading seconds.
public struct CronExpression: Hashable, Sendable {
  /// The text as it was written.
  public let source: String
  let seconds: CronField
  let minutes: CronField
  let hours: CronField
  let days: CronField
  let months: CronField
  let weekdays: CronField

  /// Parses an expression.
  ///
  /// - Throws: `CronError` for anything that crons read differently, that no cron accepts, or that never fires.
  public init(_ source: String) throws(CronError) {
    self.source = source
    guard source.utf8.count <= 1000 else {
      throw CronError(field: nil, column: 1, message: "it is longer than 1000 characters")
    }
    var fields: [(text: Substring, column: Int)] = []
    var column = 1
    for text in source.split(omittingEmptySubsequences: false, whereSeparator: { $0 == " " || $0 == "\t" }) {
      if !text.isEmpty { fields.append((text, column)) }
      column += text.count + 1
    }
    guard (5...6).contains(fields.count) else {
      throw CronError(
        field: nil, column: 1,
        message: "it has \(fields.count) fields; write 5 (minute hour day month weekday), or 6 with leading "
          + "seconds, for example '0 3 * * 0'")
    }
    let hasSeconds = fields.count == 6
    seconds =
      hasSeconds
      ? try CronField(fields[0].text, .second, column: fields[0].column)
      : CronField(bits: 1, beginsWithStar: false)
    let rest = Array(fields.suffix(5))
    minutes = try CronField(rest[0].text, .minute, column: rest[0].column)
    hours = try CronField(rest[1].text, .hour, column: rest[1].column)
    days = try CronField(rest[2].text, .day, column: rest[2].column)
    months = try CronField(rest[3].text, .month, column: rest[3].column)
    weekdays = try CronField(rest[4].text, .weekday, column: rest[4].column)
    guard canFire else {
      throw CronError(
        field: "day of month", column: rest[2].column,
        message: "it never fires: none of the months has such a day")
    }
  }

  /// Vixie's rule: a day matches when either day field does, but both must where one begins with `*`.
  var daysAreAlternatives: Bool { !days.beginsWithStar && !weekdays.beginsWithStar }

  /// Debian's cron treats a job as running "every so often" when its minute or hour begins with `*`: such a job
  /// runs in both hours when the clock is set back, any other one once (cron(8), "Debian Specific").
  var isWildcard: Bool { minutes.beginsWithStar || hours.beginsWithStar }

  /// The 29th of February comes round; the 30th does not.
  private var canFire: Bool {
    daysAreAlternatives
      || months.values.contains { month in
        days.next(from: 1).map { $0 <= CivilTime.days(inMonth: month, of: 2000) } ?? false
      }
  }
}

/// Why a text is no cron expression.
public struct CronError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The name of the field; nil when it is about the expression as a whole.
  public let field: String?
  /// Of the offending part in the expression, from 1.
  public let column: Int
  /// What is wrong and what is right.
  public let message: String

  /// The text for people.
  public var description: String {
    field.map { "cron expression, \($0): \(message)" } ?? "cron expression: \(message)"
  }
}
