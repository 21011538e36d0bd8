/// Lines of Markdown, with what decides about splitting: whether a line is inside a code fence.
///
/// Fences follow CommonMark 0.31, section 4.5: at least three backticks or tildes, indented by at most three
/// spaces, closed by at least as many of the same.
struct Markdown {
  struct Line {
    let text: Substring
    /// Whether the line belongs to a fenced block, its opening and closing lines included.
    let isFenced: Bool
    /// Whether the line opens a fenced block.
    let opensFence: Bool
  }

  let lines: [Line]

  init(_ text: String) {
    var fence: (mark: Character, length: Int)?
    var lines: [Line] = []
    for text in text.split(separator: "\n", omittingEmptySubsequences: false) {
      let mark = Self.fenceMark(text)
      if let open = fence {
        lines.append(Line(text: text, isFenced: true, opensFence: false))
        if let mark, mark.character == open.mark, mark.length >= open.length, mark.isBare { fence = nil }
      } else if let mark {
        fence = (mark.character, mark.length)
        lines.append(Line(text: text, isFenced: true, opensFence: true))
      } else {
        lines.append(Line(text: text, isFenced: false, opensFence: false))
      }
    }
    self.lines = lines
  }

  /// Whether a line outside fences is an ATX heading.
  static func isHeading(_ line: Substring) -> Bool {
    let hashes = line.prefix { $0 == "#" }.count
    return (1...6).contains(hashes) && (line.count == hashes || line.dropFirst(hashes).first == " ")
  }

  private static func fenceMark(_ line: Substring) -> (character: Character, length: Int, isBare: Bool)? {
    let indent = line.prefix { $0 == " " }.count
    let rest = line.dropFirst(indent)
    guard indent <= 3, let mark = rest.first, mark == "`" || mark == "~" else { return nil }
    let length = rest.prefix { $0 == mark }.count
    let info = rest.dropFirst(length)
    guard length >= 3, mark == "~" || !info.contains("`") else { return nil }
    return (mark, length, info.allSatisfy(\.isWhitespace))
  }
}
