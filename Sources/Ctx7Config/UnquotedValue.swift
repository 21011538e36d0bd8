/// A plain value that begins with what is an indicator to YAML (YAML 1.2.2, 5.3), as `cron_expression: */5 * * * *`.
struct UnquotedValue {
  /// Of the indicator, from 1.
  let column: Int
  /// What to do about it.
  let advice: String

  /// Finds the last one of a line that begins at or before a column; nil when there is none.
  init?(in text: String, line: Int, upTo column: Int) {
    let lines = text.split(separator: "\n", maxSplits: line, omittingEmptySubsequences: false)
    guard lines.count >= line else { return nil }
    // The parser counts these.
    let scalars = Array(lines[line - 1].unicodeScalars)
    func found(_ index: Int) -> String? {
      guard "*@%`".unicodeScalars.contains(scalars[index]) else { return nil }
      return Self.key(before: scalars[..<index])
    }
    for index in scalars.indices.prefix(column).reversed() {
      guard let key = found(index) else { continue }
      self.column = index + 1
      advice = "\(key)a value that begins with '\(scalars[index])' is no text to YAML; put it in quotes"
      return
    }
    return nil
  }

  /// `name: ` of the key that a value is for, empty for an element of a list; nil where no value begins.
  private static func key(before value: ArraySlice<Unicode.Scalar>) -> String? {
    var rest = value
    while rest.last == " " { rest.removeLast() }
    guard let opener = rest.popLast() else { return nil }
    switch opener {
    case ":" where value.last == " ":
      let name = rest.reversed().prefix { !" {[,".unicodeScalars.contains($0) }
      return String(String.UnicodeScalarView(name.reversed())) + ": "
    case "-" where value.last == " ": return ""
    case "[", ",": return ""
    default: return nil
    }
  }
}
