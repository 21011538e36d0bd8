/// The snippets of a Context7 text in either of its two layouts, one at a time; none of any other Markdown.
///
/// A text may have 16 MiB: what is read of it is not kept.
public struct Snippets: Sequence {
  /// The text with line feeds alone, and without the instruction at its end that is meant for language models.
  public let text: String

  /// Creates the sequence of a text as it came.
  public init(_ raw: String) {
    text = Self.withoutTrailer(raw.utf8.contains(UInt8(ascii: "\r")) ? Self.withLineFeeds(raw) : raw)
  }

  /// By bytes: as characters, a text would take sixteen times its size.
  private static func withLineFeeds(_ raw: String) -> String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(raw.utf8.count)
    for byte in raw.utf8 {
      if byte == UInt8(ascii: "\n"), bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
      bytes.append(byte)
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func withoutTrailer(_ text: String) -> String {
    guard let end = text.lastIndex(where: { !$0.isWhitespace }) else { return text }
    let line = text[...end].utf8.lastIndex(of: UInt8(ascii: "\n")).map(text.utf8.index(after:))
    guard let start = line, text[start...].hasPrefix("=== COMPLETE CONTENT ===") else {
      return text.hasPrefix("=== COMPLETE CONTENT ===") && line == nil ? "" : text
    }
    return String(text[..<text.utf8.index(before: start)])
  }

  /// Begins at the first snippet.
  public func makeIterator() -> Iterator { Iterator(text) }

  /// Reads snippet by snippet.
  public struct Iterator: IteratorProtocol {
    private let text: String
    private var lines: Markdown.Iterator
    /// Where the next part begins; nil behind the last one.
    private var start: String.Index?

    fileprivate init(_ text: String) {
      self.text = text
      lines = Markdown(text).makeIterator()
      start = text.startIndex
    }

    /// The next snippet; nil when there is none left.
    public mutating func next() -> Snippet? {
      while let part = nextPart() {
        if let snippet = Snippet(part) { return snippet }
      }
      return nil
    }

    /// What comes before the next separator: a full line of 32 or more dashes outside fences, followed by empty lines
    /// and the head of a snippet. Code may hold such lines too, and unbalanced fences.
    private mutating func nextPart() -> Substring? {
      guard let start else { return nil }
      var separator: Substring?
      while let line = lines.next() {
        if let end = separator, !line.text.isBlank {
          if line.text.hasPrefix("### ") || line.text.hasPrefix("TITLE: ") {
            self.start = end.endIndex
            return text[start..<end.startIndex]
          }
          separator = nil
        }
        if !line.isFenced, Self.isSeparator(line.text) { separator = line.text }
      }
      self.start = nil
      return text[start..<(separator?.startIndex ?? text.endIndex)]
    }

    private static func isSeparator(_ line: Substring) -> Bool {
      line.utf8.count >= 32 && line.utf8.allSatisfy { $0 == UInt8(ascii: "-") }
    }
  }
}

extension Snippet {
  /// Reads what stands between two separators; nil for what is no snippet.
  init?(_ part: Substring) {
    let lines = Markdown(part).drop { line in
      line.text.isBlank || line.text.utf8.allSatisfy { $0 == UInt8(ascii: "=") }
        || line.text == "CODE SNIPPETS"
    }
    guard let head = lines.first(where: { _ in true })?.text else { return nil }
    self.init(title: "", source: "", description: "", code: [])
    if head.hasPrefix("TITLE: ") {
      read(labelled: lines)
    } else if head.hasPrefix("### ") {
      read(headed: lines)
    } else {
      return nil
    }
    // A level-three heading alone does not make a snippet: ordinary Markdown has them too.
    guard head.hasPrefix("TITLE: ") ? !title.isEmpty : !source.isEmpty else { return nil }
  }

  /// `TITLE:`, `DESCRIPTION:`, `SOURCE:`, then pairs of `LANGUAGE:` and `CODE:`.
  private mutating func read(labelled lines: some Sequence<Markdown.Line>) {
    var language = ""
    var description: [Substring] = []
    var block: [Substring] = []
    for line in lines {
      if line.isFenced {
        guard line.opensFence else {
          block.append(line.text)
          continue
        }
        close(&block)
        let marks = line.text.prefix { "`~ ".contains($0) }
        block = ["\(marks)\(language.lowercased())"]
      } else if line.text.hasPrefix("TITLE: "), title.isEmpty {
        title = String(line.text.dropFirst(7)).trimmed
      } else if line.text.hasPrefix("SOURCE: "), source.isEmpty {
        source = String(line.text.dropFirst(8)).trimmed
      } else if line.text.hasPrefix("LANGUAGE: ") {
        // It is repeated at each block of code: a long one would multiply the text.
        language = String(line.text.dropFirst(10).prefix(50)).trimmed
      } else if line.text.hasPrefix("DESCRIPTION: ") {
        description.append(line.text.dropFirst(13))
      } else if line.text != "CODE:" {
        description.append(line.text)
      }
    }
    close(&block)
    self.description = description.joined(separator: "\n").trimmed
  }

  /// `### Title`, `Source: URL`, a description and fenced blocks.
  private mutating func read(headed lines: some Sequence<Markdown.Line>) {
    var description: [Substring] = []
    var block: [Substring] = []
    for (number, line) in lines.enumerated() {
      if number == 0 {
        title = String(line.text.dropFirst(4)).trimmed
      } else if line.isFenced {
        if line.opensFence { close(&block) }
        block.append(line.text)
      } else if line.text.hasPrefix("Source: "), source.isEmpty {
        source = String(line.text.dropFirst(8)).trimmed
      } else {
        description.append(line.text)
      }
    }
    close(&block)
    self.description = description.joined(separator: "\n").trimmed
  }

  private mutating func close(_ block: inout [Substring]) {
    if !block.isEmpty { code.append(block.joined(separator: "\n")) }
    block = []
  }
}
