import Ctx7CLI
import Ctx7Database
import Ctx7Documents
import Ctx7Jobs
import Ctx7Model
import Foundation

extension JobExec {
  /// Shows what a run would do, without a lock, a row or a directory being made.
  func showWork(of id: JobID) async throws {
    let locations = location.locations
    let resolved = try ResolvedJob(live: id, locations, ProcessInfo.processInfo.environment)
    guard case .documentRefresh(let parameters) = resolved.config.work else {
      throw Failure(
        .usage,
        "--dry-run is for document_refresh jobs; '\(id)' is a \(resolved.config.work.type.rawValue) job")
    }
    guard FileManager.default.fileExists(atPath: locations.documentsFile) else {
      return Console.standardOutput("no documents are tracked")
    }
    try StateDirectory(locations).assumeOwner()
    let store = try DocumentStore(path: locations.documentsFile, access: .readOnly)
    let services = DocumentServices(rows: store, settings: resolved.host.services)
    let due = try DocumentRefresh(parameters, services: services).candidates(at: .now)
    guard !json else { return Console.standardOutput(array: due.lazy.map(\.json)) }
    var table = Table("DOCUMENT", "WORKSPACE", "EXPIRES", "LAST FETCHED", "SOURCE")
    for document in due {
      table.add(
        document.id, document.workspace.rawValue, document.expiry?.local ?? "-",
        document.content?.fetchedAt.local ?? "never", document.source.description)
    }
    table.print(otherwise: "nothing is due")
  }
}
