/// A fetched text, understood: its snippets or its Markdown, free of what is not documentation.
public struct NormalisedDocument: Hashable, Sendable {
  /// What is stored and searched.
  public let text: String
  /// Equal for texts that say the same, however their snippets are ordered and titled.
  public let contentHash: String

  /// Reads either of Context7's two layouts, or plain Markdown.
  ///
  /// - Throws: `SourceError.Reason.noContent` when nothing is left.
  public init(_ raw: String) throws(SourceError.Reason) {
    let snippets = Snippets(raw)
    let content = snippets.text[...].trimmed
    guard !content.isEmpty else { throw .noContent("it is empty") }
    guard !Self.placeholders.contains(String(content.prefix(100))) else {
      throw .noContent("it only says '\(content)'")
    }
    var text = ""
    var hash = PartsHash()
    for snippet in snippets {
      if !text.isEmpty { text += "\n\n" }
      text += snippet.markdown
      hash.add(snippet.identity)
    }
    self.text = text.isEmpty ? snippets.text : text
    contentHash = text.isEmpty ? ContentHash.of(content) : hash.value
  }

  private static let placeholders = ["No content available", "No context data available"]
}

extension Substring {
  var trimmed: Substring {
    guard let start = firstIndex(where: { !$0.isWhitespace }),
      let end = lastIndex(where: { !$0.isWhitespace })
    else { return self[startIndex..<startIndex] }
    return self[start...end]
  }
}

extension String {
  var trimmed: String { String(self[...].trimmed) }
}
