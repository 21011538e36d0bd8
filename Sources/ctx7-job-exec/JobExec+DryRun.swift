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
    // A file that this user may not see is no missing file: opening it says which of both it is.
    let store = try DocumentStore.existing(at: locations.documentsFile)
    let due =
      try store.map {
        try DocumentRefresh(
          parameters, services: DocumentServices(rows: $0, settings: resolved.host.services)
        )
        .candidates(at: .now)
      } ?? []
    guard !json else { return Console.standardOutput(array: due.lazy.map(\.json)) }
    var table = Table("DOCUMENT", "WORKSPACE", "EXPIRES", "LAST FETCHED", "SOURCE")
    for document in due {
      table.add(
        document.id, document.workspace.rawValue, document.expiry?.local ?? "-",
        document.content?.fetchedAt.local ?? "never", document.source.description)
    }
    table.print(otherwise: store == nil ? "no documents are tracked" : "nothing is due")
  }
}
