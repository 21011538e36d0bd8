import Ctx7CLI
import Ctx7Documents
import Ctx7Model

/// A document as one line of an imported file names it.
struct ImportedDocument {
  /// What a line holds.
  enum Line {
    case document(ImportedDocument)
    /// A row that has nothing to do with Context7.
    case otherProvider
    /// Empty, or a comment.
    case nothing
  }

  /// A line that names no document.
  struct Unusable: Error, CustomStringConvertible {
    let description: String
  }

  let source: SourceLocation
  let technology: String
  let workspace: WorkspaceName
  var title: String?
  var expiresAt: Timestamp?
}

extension ImportedDocument.Line {
  /// Reads a JSON object, or words.
  init(_ line: Substring) throws {
    let text = line.drop { $0.isWhitespace }
    guard let first = text.first, first != "#" else {
      self = .nothing
      return
    }
    if first == "{" {
      self = try Self.row(String(text))
    } else {
      // Only at the start of a word: a path may hold the mark, such as that of a folder named after C#.
      let words = text.split { $0.isWhitespace }.prefix { !$0.hasPrefix("#") }.map(String.init)
      guard words.count <= 3 else {
        throw ImportedDocument.Unusable(description: "more than SOURCE TECHNOLOGY WORKSPACE")
      }
      if let option = words.first(where: { $0.hasPrefix("-") }) {
        throw ImportedDocument.Unusable(description: "'\(option)': a line has words, no options")
      }
      let source = try SourceLocation(argument: words[0])
      self = .document(
        try ImportedDocument(
          source, technology: words.count > 1 ? words[1] : nil, workspace: words.count > 2 ? words[2] : nil))
    }
  }

  /// A row of `content_metadata`.
  private static func row(_ text: String) throws -> ImportedDocument.Line {
    guard let row = try? JSONValue(parsing: text) else {
      throw ImportedDocument.Unusable(description: "it begins like JSON and is none")
    }
    guard row["source_provider"]?.string ?? "context7" == "context7" else { return .otherProvider }
    guard let url = row["source_url"]?.string ?? row["content_id"]?.string else {
      throw ImportedDocument.Unusable(description: "the row has no source_url")
    }
    var document = try ImportedDocument(
      SourceLocation(former: url), technology: row["technology"]?.string,
      workspace: row["weaviate_workspace"]?.string)
    document.title = row["title"]?.string
    document.expiresAt = row["expires_at"]?.string.flatMap(Timestamp.init(former:))
    return .document(document)
  }
}

extension ImportedDocument {
  init(_ source: SourceLocation, technology: String?, workspace: String?) throws {
    guard let technology = technology ?? source.libraryName, !technology.isEmpty else {
      throw Unusable(description: "\(source) needs a technology behind it")
    }
    // A slug of the reference may hold a dot, which no tenant's name may.
    guard let name = workspace.map({ WorkspaceName(slug: $0) }) ?? WorkspaceName(technology: technology)
    else {
      throw Unusable(description: "no workspace can be named '\(workspace ?? technology)'")
    }
    self.init(source: source, technology: technology, workspace: name)
  }
}

extension Timestamp {
  /// A time of the reference: UTC without saying so.
  fileprivate init?(former text: String) {
    guard let time = Timestamp(rfc3339: text) ?? Timestamp(rfc3339: text + "Z") else { return nil }
    self = time
  }
}
