/// Lines of Markdown, one at a time, with what decides about splitting: whether a line is inside a code fence.
///
/// Fences follow CommonMark 0.31, section 4.5: at least three backticks or tildes, indented by at most three
/// spaces, closed by at least as many of the same.
struct Markdown: Sequence {
  struct Line {
    let text: Substring
    /// Whether the line belongs to a fenced block, its opening and closing lines included.
    let isFenced: Bool
    /// Whether the line opens a fenced block.
    let opensFence: Bool
  }

  private let text: Substring

  init(_ text: String) { self.init(text[...]) }

  init(_ text: Substring) { self.text = text }

  func makeIterator() -> Iterator { Iterator(rest: text) }

  struct Iterator: IteratorProtocol {
    /// nil behind the last line.
    private var rest: Substring?
    private var fence: FenceMark?

    fileprivate init(rest: Substring) { self.rest = rest }

    mutating func next() -> Line? {
      guard let text = nextText() else { return nil }
      let mark = FenceMark(text)
      guard let open = fence else {
        fence = mark
        return Line(text: text, isFenced: mark != nil, opensFence: mark != nil)
      }
      if let mark, mark.closes(open) { fence = nil }
      return Line(text: text, isFenced: true, opensFence: false)
    }

    private mutating func nextText() -> Substring? {
      guard let text = rest else { return nil }
      guard let end = text.utf8.firstIndex(of: UInt8(ascii: "\n")) else {
        rest = nil
        return text
      }
      rest = text[text.utf8.index(after: end)...]
      return text[..<end]
    }
  }

  /// Whether a line outside fences is an ATX heading.
  static func isHeading(_ line: Substring) -> Bool {
    let hashes = line.prefix { $0 == "#" }.count
    return (1...6).contains(hashes) && (line.count == hashes || line.dropFirst(hashes).first == " ")
  }

  /// The marks at the beginning of a line that may open or close a fence.
  private struct FenceMark {
    private let mark: UInt8
    private let length: Int
    /// Whether nothing follows the marks.
    private let isBare: Bool

    init?(_ line: Substring) {
      let indent = line.utf8.prefix { $0 == UInt8(ascii: " ") }.count
      let rest = line.utf8.dropFirst(indent)
      guard indent <= 3, let mark = rest.first, mark == UInt8(ascii: "`") || mark == UInt8(ascii: "~") else {
        return nil
      }
      let length = rest.prefix { $0 == mark }.count
      let info = rest.dropFirst(length)
      guard length >= 3, mark == UInt8(ascii: "~") || !info.contains(UInt8(ascii: "`")) else { return nil }
      self.mark = mark
      self.length = length
      isBare = Substring(info).isBlank
    }

    func closes(_ open: FenceMark) -> Bool { mark == open.mark && length >= open.length && isBare }
  }
}

extension Substring {
  /// Whether there is nothing but white space.
  var isBlank: Bool { allSatisfy(\.isWhitespace) }
}
