import ArgumentParser
import Ctx7CLI
import Ctx7Database
import Ctx7Documents
import Ctx7Model

struct DocumentsShow: Command {
  static let configuration = CommandConfiguration(commandName: "show", abstract: "Show one document.")

  @Argument(help: "The document's id, or the beginning of it.")
  var document: String

  @Flag(help: "Print the stored text instead.")
  var text = false

  @Flag(help: "Print JSON.")
  var json = false

  @OptionGroup var times: TimeOptions
  @OptionGroup var location: LocationOptions

  func run() async throws {
    let store = try DocumentStore(path: location.locations.documentsFile, access: .readOnly)
    let document = try store.requireDocument(self.document, in: location.locations.scope)
    if text {
      let chunks = try await chunks(of: document, store)
      return json
        ? Console.standardOutput(array: chunks.lazy.map { .string($0) })
        : Console.standardOutput(chunks.joined(separator: "\n\n--- next chunk ---\n\n"))
    }
    guard !json else { return Console.standardOutput(document.json.pretty) }
    var table = Table("DOCUMENT", document.id)
    table.add("title", document.title)
    table.add("source", document.source.description)
    table.add("workspace", document.workspace.rawValue)
    table.add("technology", document.technology + (document.version.map { " \($0)" } ?? ""))
    table.add("kind", document.type.rawValue)
    table.add("state", document.state(at: .now).rawValue)
    table.add("expires", document.expiry?.local ?? "-")
    if let content = document.content {
      table.add("store", document.store.rawValue)
      if let library = content.validators.libraryID { table.add("library now", library.rawValue) }
      if let embedding = content.embedding {
        table.add("embedded by", "\(embedding.model), \(embedding.length) numbers a chunk")
      }
      table.add("last fetched", content.fetchedAt.local)
      table.add("time to live", content.ttlDays.counted("day"))
      table.add(
        "size",
        [
          content.length.counted("byte"), content.wordCount.counted("word"),
          content.chunkCount.counted("chunk"),
        ].joined(separator: ", "))
      table.add("quality", content.quality.formatted(decimals: 2))
    }
    if let error = document.lastError { table.add("last error", error) }
    table.print(otherwise: "")
  }
}

extension DocumentsShow {
  private func chunks(of document: TrackedDocument, _ store: DocumentStore) async throws -> [String] {
    guard document.store == .weaviate else { return try store.chunks(of: document.id) }
    return try await location.documentServices().using(document.store).withContent { store in
      // Loads the tenant where it is not.
      try await store.during(document.workspace) { try await store.content(of: document).map(\.text) }
    }
  }
}

extension DocumentStore {
  /// The document whose id is this, or begins with it.
  ///
  /// - Throws: `Failure` when there is none, or more than one.
  func requireDocument(_ id: String, in scope: Scope) throws -> TrackedDocument {
    guard let document = try document(beginning: id) else {
      throw Failure(
        .usage, "no document's id is or begins with '\(id)' alone",
        hint: "\(scope.command("ctx7ctl documents list")) lists them")
    }
    return document
  }
}
