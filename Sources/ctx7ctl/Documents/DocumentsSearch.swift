import ArgumentParser
import Ctx7CLI
import Ctx7Database
import Ctx7Documents
import Ctx7Model

struct DocumentsSearch: Command {
  static let configuration = CommandConfiguration(
    commandName: "search", abstract: "Find chunks that hold all of the words, the best first.",
    discussion: "Only the embedded store is searched; ask Weaviate itself for what it holds.")

  @Argument(help: "The words.")
  var words: [String]

  @Option(help: "Only this workspace.")
  var workspace: String?

  @Option(help: "How many chunks to show.")
  var limit = 10

  @Flag(help: "Print JSON: an array of chunks.")
  var json = false

  @OptionGroup var location: LocationOptions

  func validate() throws {
    guard (1...1000).contains(limit) else { throw ValidationError("--limit is 1 to 1000, not \(limit)") }
    guard words.contains(where: { !$0.isEmpty }) else { throw ValidationError("name a word to look for") }
  }

  func run() async throws {
    let workspace = try workspace.map(WorkspaceName.init(argument:))
    let store = try DocumentStore.existing(at: location.locations.documentsFile)
    let hits =
      try store?.search(
        words.flatMap { $0.split(whereSeparator: \.isWhitespace).map(String.init) }, in: workspace,
        limit: limit) ?? []
    if json {
      let rows = hits.map { hit -> JSONValue in
        [
          "content_id": .string(hit.document), "workspace": .string(hit.workspace.rawValue),
          "title": .string(hit.title), "chunk_index": JSONValue(hit.index), "excerpt": .string(hit.excerpt),
        ]
      }
      return Console.standardOutput(array: rows)
    }
    var table = Table("DOCUMENT", "CHUNK", "WORKSPACE", "TITLE", "TEXT")
    for hit in hits {
      table.add(hit.document, String(hit.index), hit.workspace.rawValue, hit.title, hit.excerpt)
    }
    table.print(otherwise: "nothing found")
  }
}
