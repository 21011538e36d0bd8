/// Text of a page in which everything that came from outside is escaped.
///
/// The only ways to make one are a literal of this source and an interpolation into it, and an interpolated string is
/// always escaped: text that is not cannot be written.
struct HTML: Sendable, ExpressibleByStringInterpolation {
  let text: String

  init(stringLiteral value: StaticString) {
    text = value.description
  }

  init(stringInterpolation: Interpolation) {
    text = stringInterpolation.text
  }

  private init(parts: [HTML], separator: String) {
    text = parts.map(\.text).joined(separator: separator)
  }

  /// One after the other.
  static func joined(_ parts: [HTML]) -> HTML {
    HTML(parts: parts, separator: "\n")
  }

  struct Interpolation: StringInterpolationProtocol {
    fileprivate var text = ""

    init(literalCapacity: Int, interpolationCount: Int) {
      text.reserveCapacity(literalCapacity * 2)
    }

    mutating func appendLiteral(_ literal: StaticString) {
      text += literal.description
    }

    mutating func appendInterpolation(_ html: HTML) {
      text += html.text
    }

    mutating func appendInterpolation(_ number: Int) {
      text += String(number)
    }

    /// Safe between tags and in attributes that are quoted (https://html.spec.whatwg.org, "Escaping").
    mutating func appendInterpolation(_ string: String) {
      for scalar in string.unicodeScalars {
        switch scalar {
        case "&": text += "&amp;"
        case "<": text += "&lt;"
        case ">": text += "&gt;"
        case "\"": text += "&quot;"
        case "'": text += "&#39;"
        // Neither control characters nor marks that reverse the reading direction of what follows.
        case "\u{0}"..."\u{8}", "\u{B}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{200E}", "\u{200F}",
          "\u{202A}"..."\u{202E}", "\u{2066}"..."\u{2069}":
          text += "\u{FFFD}"
        default: text.unicodeScalars.append(scalar)
        }
      }
    }
  }
}
