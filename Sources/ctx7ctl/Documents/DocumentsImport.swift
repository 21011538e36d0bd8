import ArgumentParser
import Ctx7CLI
import Ctx7Database
import Ctx7Documents
import Ctx7Model
import Foundation

struct DocumentsImport: Command {
  static let configuration = CommandConfiguration(
    commandName: "import", abstract: "Track many documents: from a list, or from docaiche's exported rows.",
    discussion: """
      A list has one document a line: SOURCE [TECHNOLOGY [WORKSPACE]], '#' begins a comment; a library of Context7 \
      needs no technology. Rows of content_metadata are JSON objects, one a line; only those of the provider \
      context7 are taken. Nothing is fetched before the next refresh.
      """)

  @Argument(help: "The file; - for standard input.")
  var file: String

  @OptionGroup var message: MessageOptions
  @OptionGroup var location: LocationOptions

  func run() async throws {
    let data =
      file == "-"
      ? FileHandle.standardInput.readDataToEndOfFile() : FileManager.default.contents(atPath: file)
    guard let data else { throw Failure(.ioError, "\(file) is not there, or not readable") }
    try StateDirectory(location.locations).enter()
    let store = try DocumentStore(path: location.locations.documentsFile)
    var counts = (added: 0, updated: 0, ignored: 0, failed: 0)
    // Editors of Windows begin a text with a byte order mark.
    let text = data.starts(with: "\u{FEFF}".utf8) ? data.dropFirst(3) : data
    let lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for (number, bytes) in lines.enumerated() {
      do {
        guard let line = String(validating: bytes, as: UTF8.self) else {
          throw ImportedDocument.Unusable(description: "it is no UTF-8 text")
        }
        switch try ImportedDocument.Line(line[...]) {
        case .nothing: continue
        case .otherProvider: counts.ignored += 1
        case .document(let document):
          try document.source.requireVisible(in: location.locations)
          let tracking = try store.track(
            document.source, technology: document.technology, in: document.workspace, title: document.title,
            expiresAt: document.expiresAt, now: .now
          ).tracking
          if tracking == .added { counts.added += 1 } else { counts.updated += 1 }
        }
      } catch let error as StorageError {
        throw error
      } catch {
        counts.failed += 1
        let hint = Self.hint(error).map { "; \($0)" } ?? ""
        Console.standardError("\(file):\(number + 1): error: \(error)\(hint)")
      }
    }
    var words = "\(counts.added.counted("document")) tracked, \(counts.updated) updated"
    if counts.ignored > 0 { words += ", \(counts.ignored) of other providers ignored" }
    message.say(words)
    guard counts.failed == 0 else {
      throw Failure(
        .badData, "\(counts.failed.counted("line")) could not be taken",
        hint: "correct them and import the file again; what is tracked is only updated")
    }
  }

  private static func hint(_ error: any Error) -> String? {
    switch error {
    case let error as Failure: error.hint
    case is DocumentStore.WorkspaceTaken: "name another one behind the technology"
    default: nil
    }
  }
}
