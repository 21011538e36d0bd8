extension Schedule {
  /// The schedule in a few words: the expression as it was written, or the interval.
  public var inWords: String {
    switch recurrence {
    case .cron(let cron): cron.source
    case .interval(let seconds): "every \(Self.duration(seconds))"
    case .once(let instant): "once at \(instant)"
    case .reboot: "at boot"
    }
  }

  /// The schedule in plain English.
  public var inEnglish: String {
    guard case .cron(let cron) = recurrence else { return inWords }
    return cron.inEnglish
  }

  private static func duration(_ seconds: Int) -> String {
    let units = [(86_400, "day"), (3600, "hour"), (60, "minute"), (1, "second")]
    guard let (size, name) = units.first(where: { seconds % $0.0 == 0 }) else { return "\(seconds) seconds" }
    let count = seconds / size
    return count == 1 ? name : "\(count) \(name)s"
  }
}

extension CronExpression {
  /// What the fields say, in plain English: "at 03:00 on Sunday".
  public var inEnglish: String {
    [timesInEnglish, daysInEnglish, monthsInEnglish, yearsInEnglish].compactMap { $0 }.joined(separator: " ")
  }

  private var timesInEnglish: String {
    let (hours, minutes, seconds) = (times.hours, times.minutes, times.seconds)
    if hours.nonzeroBitCount * minutes.nonzeroBitCount * seconds.nonzeroBitCount <= 6 {
      let instants = hours.bitPlaces.flatMap { hour in
        minutes.bitPlaces.flatMap { minute in
          seconds.bitPlaces.map { second in
            "\(hour.padded(to: 2)):\(minute.padded(to: 2))" + (seconds == 1 ? "" : ":\(second.padded(to: 2))")
          }
        }
      }
      return "at " + Self.list(instants, "and")
    }
    var parts: [String] = []
    if seconds != 1 { parts.append(Self.part(seconds, of: 60, "second")) }
    if seconds == 1 || minutes != TimesOfDay.allSixty { parts.append(Self.part(minutes, of: 60, "minute")) }
    if hours != TimesOfDay.allHours {
      parts.append(
        Self.step(hours, of: 24).map { "every \($0) hours" }
          ?? "in the hours " + Self.list(hours.bitPlaces.map { $0.padded(to: 2) }, "and"))
    }
    return parts.joined(separator: ", ")
  }

  private static func part(_ bits: UInt64, of count: Int, _ name: String) -> String {
    if bits.nonzeroBitCount == count { return "every \(name)" }
    if let step = step(bits, of: count) { return "every \(step) \(name)s" }
    return "at \(name)\(bits.nonzeroBitCount == 1 ? "" : "s") " + list(bits.bitPlaces.map(String.init), "and")
  }

  /// The step that makes all of the bits, where it goes round evenly.
  private static func step(_ bits: UInt64, of count: Int) -> Int? {
    let step = bits.nonzeroBitCount > 1 ? count / bits.nonzeroBitCount : 0
    return step > 1 && count % step == 0 && bits == UInt64(every: step, of: 0...count - 1) ? step : nil
  }

  private var daysInEnglish: String? {
    let days = monthDays.inEnglish
    let names = weekdays.inEnglish
    switch (days, names) {
    case (nil, nil): return nil
    // Where either is enough and one is always so, the other says nothing: 1-31 does not begin with *.
    case (nil, _) where daysAreAlternatives, (_, nil) where daysAreAlternatives: return nil
    case (let days?, nil): return "on \(days)"
    case (nil, let names?): return "on \(names)"
    case (let days?, let names?):
      return daysAreAlternatives ? "on \(days), and on \(names)" : "on \(days) where that is \(names)"
    }
  }

  private var monthsInEnglish: String? {
    guard months != DatePattern.allMonths else { return nil }
    return "in " + Self.list(months.bitPlaces.map { CronField.month.names[$0 - 1].capitalizedASCII }, "and")
  }

  private var yearsInEnglish: String? {
    years == .all ? nil : "in " + Self.list(years.values.map(String.init), "and")
  }

  fileprivate static func list(_ words: [String], _ conjunction: String) -> String {
    guard let last = words.last, words.count > 1 else { return words.joined() }
    return words.dropLast().joined(separator: ", ") + " \(conjunction) " + last
  }

  fileprivate static func ordinal(_ number: Int) -> String {
    switch (number % 10, number % 100) {
    case (_, 11...13): "\(number)th"
    case (1, _): "\(number)st"
    case (2, _): "\(number)nd"
    case (3, _): "\(number)rd"
    default: "\(number)th"
    }
  }
}

extension CronMonthDays {
  /// Nil when every day matches.
  fileprivate var inEnglish: String? {
    guard bits != DatePattern.allDays else { return nil }
    var parts: [String] = []
    if bits != 0 {
      parts.append("the " + CronExpression.list(bits.bitPlaces.map(CronExpression.ordinal), "and"))
    }
    for offset in fromLast.bitPlaces {
      parts.append(
        offset == 0 ? "the last day of the month" : "the day \(offset) before the last of the month")
    }
    for day in nearestWorkdays.bitPlaces {
      parts.append("the weekday (Monday to Friday) nearest to the \(CronExpression.ordinal(day))")
    }
    if lastWorkday { parts.append("the last weekday (Monday to Friday) of the month") }
    return CronExpression.list(parts, "and")
  }
}

extension CronWeekdays {
  /// Nil when every day matches.
  fileprivate var inEnglish: String? {
    guard bits != 0x7F else { return nil }
    func names(_ bits: UInt64) -> [String] {
      bits.bitPlaces.map { CronField.weekday.names[$0].capitalizedASCII }
    }
    var parts: [String] = []
    if bits == 0b0111110 {
      parts.append("Monday to Friday")
    } else if bits != 0 {
      parts.append(CronExpression.list(names(bits), "and"))
    }
    for (index, weekdays) in nth.enumerated() {
      parts += names(weekdays).map { "the \(CronExpression.ordinal(index + 1)) \($0) of the month" }
    }
    parts += names(last).map { "the last \($0) of the month" }
    return CronExpression.list(parts, "and")
  }
}

extension String {
  fileprivate var capitalizedASCII: String { prefix(1).uppercased() + dropFirst() }
}
