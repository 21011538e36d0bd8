/// A fetched text, understood: its snippets or its Markdown, free of what is not documentation.
public struct NormalisedDocument: Hashable, Sendable {
  /// The snippets of a Context7 text; empty for any other Markdown.
  public let snippets: [Snippet]
  /// What is stored and searched.
  public let text: String
  /// Equal for texts that say the same, however their snippets are ordered and titled.
  public let contentHash: String

  /// Reads either of Context7's two layouts, or plain Markdown.
  ///
  /// - Throws: `SourceError.Reason.noContent` when nothing is left.
  public init(_ raw: String) throws(SourceError.Reason) {
    let isUnix = !raw.utf8.contains(UInt8(ascii: "\r"))
    let text = Self.withoutTrailer(isUnix ? raw : String(raw.map { $0 == "\r\n" ? "\n" : $0 }))
    guard text.contains(where: { !$0.isWhitespace }) else { throw .noContent("it is empty") }
    guard !Self.placeholders.contains(text.trimmed) else {
      throw .noContent("it only says '\(text.trimmed)'")
    }
    snippets = Self.split(text).compactMap(Self.snippet)
    if snippets.isEmpty {
      self.text = text
      contentHash = ContentHash.of(text.trimmed)
    } else {
      self.text = snippets.map(\.markdown).joined(separator: "\n\n")
      contentHash = ContentHash.ofParts(snippets.map(\.identity))
    }
  }

  private static let placeholders = ["No content available", "No context data available"]

  /// Cuts off the instruction that is meant for language models, not for readers.
  private static func withoutTrailer(_ text: String) -> String {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard let last = lines.lastIndex(where: { !$0.allSatisfy(\.isWhitespace) }),
      lines[last].hasPrefix("=== COMPLETE CONTENT ===")
    else { return text }
    return lines[..<last].joined(separator: "\n")
  }

  /// The parts between the separators: full lines of 32 or more dashes outside fences, followed by an empty line
  /// and the head of a snippet. Code may hold such lines too, and unbalanced fences.
  private static func split(_ text: String) -> [[Substring]] {
    var parts: [[Substring]] = [[]]
    let lines = Markdown(text).lines
    for (index, line) in lines.enumerated() {
      if !line.isFenced, isSeparator(line.text), isHead(of: lines, after: index) {
        parts.append([])
      } else {
        parts[parts.count - 1].append(line.text)
      }
    }
    return parts
  }

  private static func isSeparator(_ line: Substring) -> Bool {
    line.count >= 32 && line.allSatisfy { $0 == "-" }
  }

  private static func isHead(of lines: [Markdown.Line], after index: Int) -> Bool {
    let rest = lines[(index + 1)...].drop { $0.text.allSatisfy(\.isWhitespace) }
    guard let head = rest.first?.text else { return true }
    return head.hasPrefix("### ") || head.hasPrefix("TITLE: ")
  }

  private static func snippet(_ lines: [Substring]) -> Snippet? {
    let body = lines.drop { line in
      line.allSatisfy(\.isWhitespace) || line.allSatisfy { $0 == "=" } || line == "CODE SNIPPETS"
    }
    guard let head = body.first else { return nil }
    if head.hasPrefix("TITLE: ") { return labelled(body) }
    if head.hasPrefix("### ") { return headed(body) }
    return nil
  }

  /// `TITLE:`, `DESCRIPTION:`, `SOURCE:`, then pairs of `LANGUAGE:` and `CODE:`.
  private static func labelled(_ lines: ArraySlice<Substring>) -> Snippet? {
    var snippet = Snippet(title: "", source: "", description: "", code: [])
    var language = ""
    var description: [Substring] = []
    var code: [Substring]?
    for line in Markdown(lines.joined(separator: "\n")).lines {
      if line.isFenced {
        if line.opensFence {
          if let block = code { snippet.code.append(block.joined(separator: "\n")) }
          let marks = line.text.prefix { "`~ ".contains($0) }
          code = ["\(marks)\(language.lowercased())"]
        } else {
          code?.append(line.text)
        }
      } else if line.text.hasPrefix("TITLE: "), snippet.title.isEmpty {
        snippet.title = String(line.text.dropFirst(7)).trimmed
      } else if line.text.hasPrefix("SOURCE: "), snippet.source.isEmpty {
        snippet.source = String(line.text.dropFirst(8)).trimmed
      } else if line.text.hasPrefix("LANGUAGE: ") {
        language = String(line.text.dropFirst(10)).trimmed
      } else if line.text.hasPrefix("DESCRIPTION: ") {
        description.append(line.text.dropFirst(13))
      } else if line.text != "CODE:" {
        description.append(line.text)
      }
    }
    if let block = code { snippet.code.append(block.joined(separator: "\n")) }
    snippet.description = description.joined(separator: "\n").trimmed
    return snippet.title.isEmpty ? nil : snippet
  }

  /// `### Title`, `Source: URL`, a description and fenced blocks.
  private static func headed(_ lines: ArraySlice<Substring>) -> Snippet? {
    var snippet = Snippet(
      title: String(lines[lines.startIndex].dropFirst(4)).trimmed, source: "", description: "", code: [])
    var description: [Substring] = []
    var code: [Substring]?
    for line in Markdown(lines.dropFirst().joined(separator: "\n")).lines {
      if line.isFenced {
        if line.opensFence {
          if let block = code { snippet.code.append(block.joined(separator: "\n")) }
          code = []
        }
        code?.append(line.text)
      } else if line.text.hasPrefix("Source: "), snippet.source.isEmpty {
        snippet.source = String(line.text.dropFirst(8)).trimmed
      } else {
        description.append(line.text)
      }
    }
    if let block = code { snippet.code.append(block.joined(separator: "\n")) }
    snippet.description = description.joined(separator: "\n").trimmed
    // A level-three heading alone does not make a snippet: ordinary Markdown has them too.
    return snippet.source.isEmpty ? nil : snippet
  }
}

extension String {
  var trimmed: String {
    let start = firstIndex { !$0.isWhitespace } ?? endIndex
    let end = lastIndex { !$0.isWhitespace }.map(index(after:)) ?? start
    return String(self[start..<end])
  }
}
