/// The values of one field of a cron expression, as a set of bits.
public struct CronField: Hashable, Sendable {
  /// Bit n is set when n matches.
  public var bits: UInt64
  /// Whether the field's text begins with `*`: it decides the day rule and what happens at clock changes.
  public var beginsWithStar: Bool

  /// The matching values, ascending.
  public var values: [Int] { (0..<64).filter(contains) }

  /// Whether a value matches.
  public func contains(_ value: Int) -> Bool { bits >> UInt64(value) & 1 == 1 }

  /// The smallest matching value that is not below `value`.
  func next(from value: Int) -> Int? {
    guard value < 64 else { return nil }
    let rest = bits >> UInt64(value)
    return rest == 0 ? nil : value + rest.trailingZeroBitCount
  }
}

extension CronField {
  /// What a field may hold.
  struct Kind {
    let name: String
    let range: ClosedRange<Int>
    var names: [String] = []
    let example: String

    static let second = Kind(name: "second", range: 0...59, example: "0, */15, 10-20")
    static let minute = Kind(name: "minute", range: 0...59, example: "0, */15, 10-20")
    static let hour = Kind(name: "hour", range: 0...23, example: "3, */6, 9-17")
    static let day = Kind(name: "day of month", range: 1...31, example: "1, 15, 1-7")
    static let month = Kind(
      name: "month", range: 1...12,
      names: ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"],
      example: "1, jan, 6-8")
    /// 7 is Sunday too.
    static let weekday = Kind(
      name: "day of week", range: 0...7, names: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"],
      example: "0, sun, mon-fri")
  }

  /// Parses a field: `*`, numbers, names, ranges, steps on `*` and on ranges, and lists of these.
  ///
  /// - Parameter column: of the field's first character in the expression, from 1.
  init(_ text: Substring, _ kind: Kind, column: Int) throws(CronError) {
    bits = 0
    beginsWithStar = text.first == "*"
    var offset = 0
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      bits |= try Self.parse(part, kind, column: column + offset)
      offset += part.count + 1
    }
    // Sunday has two numbers.
    if kind.range == 0...7, contains(7) { bits = bits & 0x7F | 1 }
  }

  private static func parse(_ part: Substring, _ kind: Kind, column: Int) throws(CronError) -> UInt64 {
    func refuse(_ message: String) -> CronError {
      CronError(field: kind.name, column: column, message: "\(message), for example \(kind.example)")
    }
    let pieces = part.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    var step = 1
    if pieces.count == 2 {
      guard let number = number(pieces[1]), number >= 1 else {
        throw refuse("'\(pieces[1])' is no step: a step is a number from 1")
      }
      step = number
    }
    let bounds = pieces[0].split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
    let range: ClosedRange<Int>
    if pieces[0] == "*" {
      range = kind.range == 0...7 ? 0...6 : kind.range
    } else {
      guard let first = value(bounds[0], kind) else {
        throw refuse("'\(bounds[0])' is no \(kind.name): it takes \(allowed(kind))")
      }
      if bounds.count == 2 {
        guard let last = value(bounds[1], kind) else {
          throw refuse("'\(bounds[1])' is no \(kind.name): it takes \(allowed(kind))")
        }
        guard first <= last else {
          throw refuse(
            "'\(pieces[0])' runs backwards; write it as two ranges, \(first)-\(kind.range.upperBound),\(kind.range.lowerBound)-\(last)"
          )
        }
        range = first...last
      } else {
        guard pieces.count == 1 else {
          throw refuse(
            "'\(part)' means different things to different crons; write \(first)-\(kind.range.upperBound)/\(step)"
          )
        }
        range = first...first
      }
    }
    return stride(from: range.lowerBound, through: range.upperBound, by: step).reduce(0) {
      $0 | 1 << UInt64($1)
    }
  }

  private static func value(_ text: Substring, _ kind: Kind) -> Int? {
    if let number = number(text) { return kind.range.contains(number) ? number : nil }
    return kind.names.firstIndex(of: text.lowercased()).map { $0 + kind.range.lowerBound }
  }

  private static func number(_ text: Substring) -> Int? {
    guard (1...9).contains(text.count), text.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
    return Int(text)
  }

  private static func allowed(_ kind: Kind) -> String {
    let numbers = "\(kind.range.lowerBound) to \(kind.range.upperBound)"
    guard let first = kind.names.first, let last = kind.names.last else { return numbers }
    return "\(numbers) or \(first) to \(last)"
  }
}
