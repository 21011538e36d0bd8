/// Parses one field of a cron expression into the elements of its list.
struct CronFieldParser {
  typealias Text = ArraySlice<UInt8>

  private let field: CronField
  private let text: Text
  private let expression: [UInt8]
  private let hash: CronHash
  /// Whether a value depends on the job's id.
  private(set) var usesHash = false

  /// - Parameter text: the field, a slice of the whole expression.
  init(_ text: Text, of expression: [UInt8], _ field: CronField, _ hash: CronHash) {
    self.text = text
    self.expression = expression
    self.field = field
    self.hash = hash
  }

  /// Whether the field's text begins with `*`: it decides the day rule and what happens at clock changes.
  var beginsWithStar: Bool { text.first == UInt8(ascii: "*") || text.first == UInt8(ascii: "?") }

  mutating func terms() throws(CronError) -> [CronTerm] {
    var terms: [CronTerm] = []
    var start = text.startIndex
    while true {
      let end = text[start...].firstIndex(of: UInt8(ascii: ",")) ?? text.endIndex
      terms.append(try term(text[start..<end]))
      guard end < text.endIndex else { return terms }
      start = end + 1
    }
  }

  private mutating func term(_ element: Text) throws(CronError) -> CronTerm {
    guard let slash = element.firstIndex(of: UInt8(ascii: "/")) else { return try base(element, step: nil) }
    let step = element[(slash + 1)...]
    guard let number = field.number(step), number >= 1 else {
      throw refuse(step, "'\(string(step))' is no step: a step is a number from 1")
    }
    return try base(element[..<slash], step: number)
  }

  private mutating func base(_ base: Text, step: Int?) throws(CronError) -> CronTerm {
    guard let first = base.first else { throw refuse(base, "a value is missing") }
    if base.count == 1, first == UInt8(ascii: "*") { return .values(field.full, step: step ?? 1) }
    if first | 0x20 == UInt8(ascii: "h"), base.count == 1 || base.dropFirst().first == UInt8(ascii: "(") {
      return try hashed(base, step: step)
    }
    if let dash = base.firstIndex(of: UInt8(ascii: "-")), first | 0x20 != UInt8(ascii: "l") {
      return try range(base[..<dash], base[(dash + 1)...], whole: base, step: step)
    }
    if let step {
      guard let value = field.value(base) else { throw takesNoStep(base) ?? noValue(base) }
      throw refuse(
        base,
        "'\(string(base))/\(step)' means different things to different crons; write "
          + "\(value)-\(max(value, field.full.upperBound))/\(step)")
    }
    if first == UInt8(ascii: "?") {
      guard field.isDay, base.count == 1 else {
        throw refuse(base, "'?' stands for '*' in a day field alone; write *")
      }
      return .values(field.full, step: 1)
    }
    if let tilde = base.firstIndex(of: UInt8(ascii: "~")) {
      return try random(base[..<tilde], base[(tilde + 1)...], whole: base)
    }
    if let term = try special(base, first: first) { return term }
    guard let value = field.value(base) else { throw noValue(base) }
    return .values(value...value, step: 1)
  }

  private func range(_ low: Text, _ high: Text, whole: Text, step: Int?) throws(CronError) -> CronTerm {
    guard let first = field.value(low) else { throw noValue(low.isEmpty ? whole : low) }
    guard let written = field.value(high) else { throw noValue(high) }
    let last = end(written, from: first)
    guard first <= last else {
      throw refuse(
        whole,
        "'\(string(whole))' runs backwards, which crons read differently; write "
          + wrapped(first, last, step: step ?? 1))
    }
    return .values(first...last, step: step ?? 1)
  }

  /// Sunday is the end of a week as well as its beginning: every cron reads fri-sun alike.
  private func end(_ last: Int, from first: Int) -> Int {
    field == .weekday && last == 0 && first > 0 ? 7 : last
  }

  /// The unambiguous spelling of a range that goes through the end of the field.
  private func wrapped(_ first: Int, _ last: Int, step: Int) -> String {
    let full = field.full
    if field == .weekday, first == 7 { return "0-\(last)" + (step == 1 ? "" : "/\(step)") }
    guard step == 1 else {
      return stride(from: first, through: last + full.count, by: step).map {
        "\(($0 - full.lowerBound) % full.count + full.lowerBound)"
      }.joined(separator: ",")
    }
    func part(_ from: Int, _ to: Int) -> String { from == to ? "\(from)" : "\(from)-\(to)" }
    return "\(part(first, full.upperBound)),\(part(full.lowerBound, last))"
  }

  /// `H`, `H/15`, `H(0-29)`, `H(0-29)/10`
  private mutating func hashed(_ base: Text, step: Int?) throws(CronError) -> CronTerm {
    usesHash = true
    var range = field.hashed
    if base.count > 1 {
      guard base.last == UInt8(ascii: ")") else {
        throw refuse(base, "'\(string(base))' does not end: write H(0-29)")
      }
      let inner = base.dropFirst(2).dropLast()
      guard let dash = inner.firstIndex(of: UInt8(ascii: "-")), let low = field.value(inner[..<dash]),
        let high = field.value(inner[(dash + 1)...]), low <= end(high, from: low)
      else { throw refuse(base, "'\(string(inner))' is no range to pick from: write H(low-high)") }
      range = low...end(high, from: low)
    }
    guard let step else {
      let value = hash.value(in: range, field: field.name)
      return .values(value...value, step: 1)
    }
    let last = min(range.upperBound, range.lowerBound + step - 1)
    let first = hash.value(in: range.lowerBound...last, field: field.name)
    return .values(first...range.upperBound, step: step)
  }

  /// `a~b`; an end that is left out is the field's.
  private mutating func random(_ low: Text, _ high: Text, whole: Text) throws(CronError) -> CronTerm {
    usesHash = true
    let first = low.isEmpty ? field.full.lowerBound : field.value(low)
    let written = high.isEmpty ? field.full.upperBound : field.value(high)
    guard let first else { throw noValue(low) }
    guard let written else { throw noValue(high) }
    let last = end(written, from: first)
    guard first <= last else {
      throw refuse(whole, "'\(string(whole))' runs backwards; write \(last)~\(first)")
    }
    let value = hash.value(in: first...last, field: field.name)
    return .values(value...value, step: 1)
  }

  /// What only the day fields have: `L`, `L-3`, `LW`, `15W`; `fri#2`, `friL`.
  private func special(_ base: Text, first: UInt8) throws(CronError) -> CronTerm? {
    let last = base.last.map { $0 | 0x20 }
    if field == .day {
      if first | 0x20 == UInt8(ascii: "l") { return try fromLast(base) }
      guard last == UInt8(ascii: "w") else { return nil }
      guard let day = field.number(base.dropLast()), field.range.contains(day) else {
        throw refuse(base, "'\(string(base))' is no day with W: write 1W to 31W, or LW")
      }
      return .nearestWorkday(day)
    }
    guard field == .weekday else { return nil }
    if let mark = base.firstIndex(of: UInt8(ascii: "#")) {
      guard let weekday = field.value(base[..<mark]) else {
        throw noValue(mark == base.startIndex ? base : base[..<mark])
      }
      let count = base[(mark + 1)...]
      guard let number = field.number(count), (1...5).contains(number) else {
        throw refuse(count, "'\(string(count))' is no count of a weekday: write #1 to #5")
      }
      return .nth(number, weekday: weekday % 7)
    }
    guard last == UInt8(ascii: "l") else { return nil }
    guard let weekday = field.value(base.dropLast()) else {
      throw refuse(
        base, "'\(string(base))' does not say of which weekday the last one is meant: write 5L or friL")
    }
    return .lastWeekday(weekday % 7)
  }

  private func fromLast(_ base: Text) throws(CronError) -> CronTerm {
    let rest = base.dropFirst()
    if rest.isEmpty { return .fromLast(0) }
    if rest.count == 1, rest.first.map({ $0 | 0x20 }) == UInt8(ascii: "w") { return .lastWorkday }
    guard rest.first == UInt8(ascii: "-"), let days = field.number(rest.dropFirst()), (1...30).contains(days)
    else {
      throw refuse(base, "'\(string(base))' is not counted from the last day: write L, L-1 to L-30, or LW")
    }
    return .fromLast(days)
  }

  /// What is right without a step; nil for what is wrong anyhow.
  private func takesNoStep(_ base: Text) -> CronError? {
    var alone = self
    guard (try? alone.base(base, step: nil)) != nil else { return nil }
    return refuse(base, "no step follows '\(string(base))'; one follows *, a range such as 1-5, or H")
  }

  private func noValue(_ part: Text) -> CronError {
    refuse(part, part.isEmpty ? "a value is missing" : "'\(string(part))' is no \(field.name)", then: ": ")
  }

  private func refuse(_ part: Text, _ message: String, then: String = "; ") -> CronError {
    let before = String(decoding: expression[..<part.startIndex], as: UTF8.self)
    return CronError(
      field: field.name, column: before.count + 1,
      message: "\(message)\(then)it takes \(field.allowed), for example \(field.examples)")
  }

  private func string(_ part: Text) -> String { String(decoding: part, as: UTF8.self) }
}
