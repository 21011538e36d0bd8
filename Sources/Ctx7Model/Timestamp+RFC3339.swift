extension Timestamp: CustomStringConvertible {
  /// RFC 3339 in UTC, with milliseconds only where they are not zero: `2026-11-24T03:00:00Z`.
  public var description: String {
    let (whole, milliseconds) = rawValue.quotientFloor(1000)
    let civil = CivilTime(secondsSinceEpoch: whole)
    let fraction = milliseconds == 0 ? "" : "." + Int(milliseconds).padded(to: 3)
    return "\(civil.dateText)T\(civil.timeText)\(fraction)Z"
  }

  /// Parses RFC 3339 (`2026-11-24T03:00:00Z`, any offset, any fraction); nil for anything else.
  ///
  /// The zone is required: a time without one means something else on every host.
  public init?(rfc3339 text: some StringProtocol) {
    let bytes = Array(text.utf8)
    func number(_ range: Range<Int>) -> Int? {
      guard range.upperBound <= bytes.count else { return nil }
      var value = 0
      for byte in bytes[range] {
        guard (48...57).contains(byte) else { return nil }
        value = value * 10 + Int(byte - 48)
      }
      return value
    }
    func has(_ character: Character, at index: Int) -> Bool {
      index < bytes.count && Character(Unicode.Scalar(bytes[index])).lowercased() == character.lowercased()
    }
    guard let year = number(0..<4), has("-", at: 4), let month = number(5..<7), has("-", at: 7),
      let day = number(8..<10), has("T", at: 10) || has(" ", at: 10), let hour = number(11..<13),
      has(":", at: 13), let minute = number(14..<16), has(":", at: 16), let second = number(17..<19),
      (1...12).contains(month), (1...CivilTime.days(inMonth: month, of: year)).contains(day),
      hour < 24, minute < 60, second < 60
    else { return nil }

    var index = 19
    var milliseconds: Int64 = 0
    if has(".", at: index) {
      index += 1
      let first = index
      while index < bytes.count, (48...57).contains(bytes[index]) {
        if index - first < 3 { milliseconds = milliseconds * 10 + Int64(bytes[index] - 48) }
        index += 1
      }
      guard index > first else { return nil }
      for _ in (index - first)..<max(3, index - first) { milliseconds *= 10 }
    }

    var offset: Int64 = 0
    if has("Z", at: index) {
      index += 1
    } else {
      guard has("+", at: index) || has("-", at: index), let hours = number(index + 1..<index + 3),
        has(":", at: index + 3), let minutes = number(index + 4..<index + 6), hours < 24, minutes < 60
      else { return nil }
      offset = Int64(hours * 3600 + minutes * 60) * (has("-", at: index) ? -1 : 1)
      index += 6
    }
    guard index == bytes.count else { return nil }
    let civil = CivilTime(
      year: year, month: month, day: day, hour: hour, minute: minute, second: second)
    self.init(rawValue: (civil.secondsSinceEpoch - offset) * 1000 + milliseconds)
  }
}

extension CivilTime {
  /// `2026-11-24`
  package var dateText: String { "\(year.padded(to: 4))-\(month.padded(to: 2))-\(day.padded(to: 2))" }

  /// `03:00:00`
  package var timeText: String { "\(hour.padded(to: 2)):\(minute.padded(to: 2)):\(second.padded(to: 2))" }
}

extension Int {
  /// The decimal digits, filled with zeros on the left.
  package func padded(to width: Int) -> String {
    var digits = String(self)
    // Nearly always one or none.
    while digits.utf8.count < width { digits = "0" + digits }
    return digits
  }
}
