internal import Ctx7Model

/// Text from outside, made fit for a place in a unit file (systemd.syntax(7)): whatever it holds, it stays one
/// value on one line.
enum UnitEscaping {
  /// A value that people read: specifiers are off, line breaks and control characters become spaces, and there is
  /// no backslash at the end, which would continue the line.
  static func prose(_ text: String) -> String {
    var line = text.unicodeScalars.split(whereSeparator: isBlank).map(String.init).joined(separator: " ")
    if line.count > maximumLength { line = line.prefix(maximumLength - 1) + "…" }
    while line.last == "\\" || line.last == " " { line.removeLast() }
    return specifiersOff(line)
  }

  /// Whether a character is a space, or must not stand in a line as what it is.
  private static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
    // Asking for the category takes thirty times as long.
    if scalar.isASCII { return scalar <= " " || scalar == "\u{7F}" }
    return [.control, .lineSeparator, .paragraphSeparator].contains(scalar.properties.generalCategory)
  }

  /// Long enough for a sentence; systemctl shows it on one line.
  private static let maximumLength = 200

  /// A word of a command line (systemd.service(5), "Command lines"): in quotes where it needs them, variables and
  /// specifiers off.
  static func word(_ text: String) -> String {
    isPlain(text) ? text : quoted(text, dollar: "$$")
  }

  /// An element of a list of paths: as a word, but variables are not expanded there, and a colon would separate.
  static func listedPath(_ path: String) -> String {
    isPlain(path) && !path.contains(":") ? path : quoted(path, dollar: "$")
  }

  private static func isPlain(_ text: String) -> Bool {
    !text.isEmpty
      && text.utf8.allSatisfy { byte in
        byte.isASCIIAlphanumeric || "/_-.:=,@+".utf8.contains(byte)
      }
  }

  private static func quoted(_ text: String, dollar: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": quoted += "\\\(scalar)"
      case "$": quoted += dollar
      case "%": quoted += "%%"
      case "\n": quoted += "\\n"
      case "\t": quoted += "\\t"
      case "\u{0}"..<"\u{20}", "\u{7F}":
        let digits = String(scalar.value, radix: 16)
        quoted += "\\x" + (digits.count == 1 ? "0" : "") + digits
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }

  /// A value that is its line to the end, as a path may be: specifiers are off.
  static func specifiersOff(_ text: String) -> String {
    text.split(separator: "%", omittingEmptySubsequences: false).joined(separator: "%%")
  }
}
