extension CronExpression {
  /// Splits an expression into its fields and parses each.
  struct Parser {
    private let bytes: [UInt8]
    private let hash: CronHash

    private static let longest = 1000
    private static let shape =
      "write 5 (minute hour day month weekday), 6 with leading seconds, or 7 with trailing years, "
      + "for example '0 3 * * 0'"

    init(_ source: String, _ hash: CronHash) {
      bytes = Array(source.utf8)
      self.hash = hash
    }

    func expression() throws(CronError) -> CronExpression {
      guard bytes.count <= Self.longest else {
        throw CronError(
          field: nil, column: 1, message: "it is longer than \(Self.longest) characters; \(Self.shape)")
      }
      let texts = split()
      guard (5...7).contains(texts.count) else {
        let macros = bytes.first == UInt8(ascii: "@") ? "; the macros are \(CronSpec.macroNames)" : ""
        throw CronError(
          field: nil, column: 1, message: "it has \(texts.count.counted("field")); \(Self.shape)\(macros)")
      }
      let rest = texts.count == 5 ? texts[...] : texts[1...]
      var usesHash = false
      func parse(_ text: CronFieldParser.Text, _ field: CronField) throws(CronError) -> (
        terms: [CronTerm], star: Bool
      ) {
        var parser = CronFieldParser(text, of: bytes, field, hash)
        let terms = try parser.terms()
        usesHash = usesHash || parser.usesHash
        return (terms, parser.beginsWithStar)
      }
      let seconds = texts.count == 5 ? [.values(0...0, step: 1)] : try parse(texts[0], .second).terms
      let base = rest.startIndex
      let minutes = try parse(rest[base], .minute)
      let hours = try parse(rest[base + 1], .hour)
      let days = try parse(rest[base + 2], .day)
      let months = try parse(rest[base + 3], .month)
      let weekdays = try parse(rest[base + 4], .weekday)
      let years = texts.count == 7 ? try parse(texts[6], .year).terms : nil
      let expression = CronExpression(
        source: "", usesHash: usesHash,
        times: TimesOfDay(
          hours: Self.bits(hours.terms), minutes: Self.bits(minutes.terms), seconds: Self.bits(seconds)),
        monthDays: CronMonthDays(days.terms, beginsWithStar: days.star), months: Self.bits(months.terms),
        weekdays: CronWeekdays(weekdays.terms, beginsWithStar: weekdays.star),
        years: years.map(Self.years) ?? .all, isWildcard: minutes.star || hours.star)
      guard expression.canFire else { throw neverFires(rest[base + 2]) }
      return expression
    }

    private func split() -> [CronFieldParser.Text] {
      var texts: [CronFieldParser.Text] = []
      var start: Int?
      for (index, byte) in bytes.enumerated() {
        if byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") {
          if let first = start { texts.append(bytes[first..<index]) }
          start = nil
        } else if start == nil {
          start = index
        }
      }
      if let start { texts.append(bytes[start...]) }
      return texts
    }

    private func neverFires(_ days: CronFieldParser.Text) -> CronError {
      let before = String(decoding: bytes[..<days.startIndex], as: UTF8.self)
      return CronError(
        field: CronField.day.name, column: before.count + 1,
        message: "it never fires: none of its months and years has such a day; it takes "
          + "\(CronField.day.allowed), for example \(CronField.day.examples)")
    }

    private static func bits(_ terms: [CronTerm]) -> UInt64 {
      terms.reduce(0) { bits, term in
        guard case .values(let range, let step) = term else {
          preconditionFailure("only the day fields have other terms")
        }
        return bits | UInt64(every: step, of: range)
      }
    }

    private static func years(_ terms: [CronTerm]) -> YearSet {
      YearSet(
        terms.flatMap { term in
          guard case .values(let range, let step) = term else {
            preconditionFailure("only the day fields have other terms")
          }
          return Array(stride(from: range.lowerBound, through: range.upperBound, by: step))
        })
    }
  }
}
