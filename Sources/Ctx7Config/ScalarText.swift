/// The text of one value, read as a number: the same in files and in environment variables.
struct ScalarText {
  let text: String

  init(_ text: String) { self.text = text }

  /// Which numbers are allowed.
  enum Numbers {
    case between(ClosedRange<Double>)
    /// None, or at least so much.
    case zeroOr(ClosedRange<Double>)

    func allows(_ number: Double) -> Bool {
      switch self {
      case .between(let range): range.contains(number)
      case .zeroOr(let range): number == 0 || range.contains(number)
      }
    }

    var words: String {
      switch self {
      case .between(let range): Self.words(range)
      case .zeroOr(let range): "0 (none) or \(Self.words(range))"
      }
    }

    private static func words(_ range: ClosedRange<Double>) -> String {
      "\(ScalarText.short(range.lowerBound)) to \(ScalarText.short(range.upperBound))"
    }
  }

  /// A value that is not what the key takes.
  struct Refusal: Error, CustomStringConvertible {
    let description: String
  }

  /// A decimal whole number. Other notations mean different numbers to different YAML versions.
  func integer(_ range: ClosedRange<Int>) throws(Refusal) -> Int {
    let allowed =
      range.upperBound == .max
      ? "a whole number from \(range.lowerBound)"
      : "a whole number from \(range.lowerBound) to \(range.upperBound)"
    let digits = text.first == "-" ? text.dropFirst() : text[...]
    guard !digits.isEmpty, digits.utf8.allSatisfy({ (48...57).contains($0) }),
      digits.first != "0" || digits.count == 1, let number = Int(text)
    else { throw Refusal(description: "'\(text)' is not \(allowed)") }
    guard range.contains(number) else {
      throw Refusal(description: "\(number) is out of range: it is \(allowed)")
    }
    return number
  }

  /// A decimal number with or without a fraction.
  func number(_ allowed: Numbers) throws(Refusal) -> Double {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count),
      parts.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy { (48...57).contains($0) } }),
      let number = Double(text)
    else { throw Refusal(description: "'\(text)' is not a number such as 0.5; allowed is \(allowed.words)") }
    guard allowed.allows(number) else {
      throw Refusal(description: "\(text) is out of range: allowed is \(allowed.words)")
    }
    return number
  }

  private static func short(_ number: Double) -> String {
    number == number.rounded() ? String(Int(number)) : String(number)
  }
}
