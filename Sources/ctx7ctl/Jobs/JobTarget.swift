import Ctx7CLI
import Ctx7Database
import Ctx7History
import Ctx7Model
import Ctx7Systemd

/// A job that a verb acts on.
struct JobTarget {
  private let id: JobID
  private let locations: Locations

  init(_ id: JobID, _ locations: Locations) {
    self.id = id
    self.locations = locations
  }

  /// The job as it was generated.
  ///
  /// - Throws: `Failure` when there is none.
  @discardableResult
  func require() throws -> ResolvedJob {
    let history = try HistoryStore(path: locations.historyFile, access: .readOnly)
    guard let job = try history.job(id) else {
      // Nobody generates jobs in a container; they run all the same.
      let generatesNone = try history.jobs().isEmpty && (try? SystemBus(locations.scope)) == nil
      throw Failure(
        .usage, "there is no job '\(id)'",
        hint: generatesNone
          ? "no systemd runs here, so none is generated; "
            + "\(locations.scope.command("ctx7-job-exec --job \(id)")) runs one of the configuration"
          : "\(locations.scope.command("ctx7ctl status")) lists the jobs; "
            + "\(locations.scope.command("ctx7-units generate")) makes those of the configuration")
    }
    return job
  }
}
