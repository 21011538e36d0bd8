extension Int {
  /// The number with its noun: "1 document", "2 documents".
  package func counted(_ noun: String) -> String {
    self == 1 ? "1 \(noun)" : "\(self) \(noun)s"
  }

  /// The latest of their kind: "the last run", "the last 2 runs".
  package func latest(_ noun: String) -> String {
    self == 1 ? "the last \(noun)" : "the last \(counted(noun))"
  }
}

extension String {
  /// The text on one line and without effect on a terminal: control characters but the tab as Swift spells them.
  package var controlsEscaped: String {
    guard unicodeScalars.contains(where: Self.hasEffect) else { return self }
    return unicodeScalars.map { Self.hasEffect($0) ? $0.escaped(asASCII: true) : String($0) }.joined()
  }

  private static func hasEffect(_ scalar: Unicode.Scalar) -> Bool {
    scalar != "\t" && scalar.properties.generalCategory == .control
  }
}

extension Double {
  /// A duration in seconds as people read it: "17 ms", "2.4 s", "3 min 20 s".
  package var asDuration: String {
    switch self {
    case ..<1: return "\(Int((self * 1000).rounded())) ms"
    case ..<120: return formatted(decimals: 1) + " s"
    default:
      let seconds = Int(rounded())
      return "\(seconds / 60) min \(seconds % 60) s"
    }
  }
}

extension [String] {
  /// The first twenty, which are enough to see what kind they are: "a, b, and 3 more".
  package var listed: String {
    prefix(20).joined(separator: ", ") + (count > 20 ? ", and \(count - 20) more" : "")
  }
}
