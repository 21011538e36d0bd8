/// One entry of a library's llms.txt: a title, where it comes from, a description and code.
public struct Snippet: Hashable, Sendable {
  /// Its heading.
  public var title: String
  /// Where it was taken from.
  public var source: String
  /// The prose before the code.
  public var description: String
  /// Fenced blocks, fences included.
  public var code: [String]

  /// The snippet as one Markdown text, title first.
  public var markdown: String {
    var parts = ["### \(title)"]
    if !source.isEmpty { parts.append("Source: \(source)") }
    if !description.isEmpty { parts.append(description) }
    return (parts + code).joined(separator: "\n\n")
  }

  /// What makes the snippet another one: titles and descriptions are written anew by a language model at each
  /// indexing, so only source and code count, and the description where there is no code.
  var identity: String {
    ([source] + (code.isEmpty ? [description] : code)).joined(separator: "\u{0}")
  }
}
