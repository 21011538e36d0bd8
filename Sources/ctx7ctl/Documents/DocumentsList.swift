import ArgumentParser
import Ctx7CLI
import Ctx7Database
import Ctx7Documents
import Ctx7Model

struct DocumentsList: Command {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the tracked documents.")

  @Option(help: "Only this workspace.")
  var workspace: String?

  @Flag(help: "Print JSON: an array of documents.")
  var json = false

  @OptionGroup var times: TimeOptions
  @OptionGroup var location: LocationOptions

  func run() async throws {
    let workspace = try workspace.map(WorkspaceName.init(argument:))
    let store = try DocumentStore.existing(at: location.locations.documentsFile)
    let documents = try store?.documents(in: workspace) ?? []
    guard !json else { return Console.standardOutput(array: documents.lazy.map(\.json)) }
    var table = Table("DOCUMENT", "WORKSPACE", "STATE", "EXPIRES", "CHUNKS", "QUALITY", "FAILED", "SOURCE")
    for document in documents {
      table.add(
        document.id, document.workspace.rawValue, document.state(at: .now).rawValue,
        document.expiry?.local ?? "-",
        String(document.content?.chunkCount ?? 0), document.content?.quality.formatted(decimals: 2) ?? "-",
        document.failedFetches == 0 ? "-" : document.failedFetches.counted("time"),
        document.source.description)
    }
    let scope = location.locations.scope
    table.print(
      otherwise: workspace.map {
        "no documents in '\($0)'; \(scope.command("ctx7ctl documents workspaces")) lists the workspaces"
      }
        ?? "no documents are tracked; \(scope.command("ctx7ctl documents add")) begins with one")
  }
}
