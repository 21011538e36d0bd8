import ArgumentParser
import Ctx7CLI
import Ctx7Database
import Ctx7Documents
import Ctx7Model

struct DocumentsWorkspaces: Command {
  static let configuration = CommandConfiguration(
    commandName: "workspaces", abstract: "List the workspaces and what is in them.")

  @Flag(help: "Print JSON: an array of workspaces.")
  var json = false

  @OptionGroup var times: TimeOptions
  @OptionGroup var location: LocationOptions

  func run() async throws {
    let store = try DocumentStore.existing(at: location.locations.documentsFile)
    let overviews = try store?.overviews(at: .now) ?? []
    if json {
      return Console.standardOutput(array: overviews.lazy.map(\.json))
    }
    var table = Table("WORKSPACE", "TECHNOLOGY", "DOCUMENTS", "PENDING", "EXPIRED", "CHUNKS", "NEXT EXPIRY")
    for overview in overviews {
      table.add(
        overview.workspace.rawValue, overview.technology, String(overview.documents),
        String(overview.documents(.pending) + overview.documents(.failing)),
        String(overview.documents(.expired)), String(overview.chunks), overview.nextExpiry?.local ?? "-")
    }
    let add = location.locations.scope.command("ctx7ctl documents add")
    table.print(otherwise: "no documents are tracked; \(add) begins with one")
  }
}
