import ArgumentParser
import Ctx7CLI
import Ctx7Database
import Ctx7History
import Ctx7Model

/// The options of a verb that lists what the history has, of one job or of all, the newest first.
struct ListingOptions: ParsableArguments {
  @Argument(help: "Only this job.", completion: .jobs)
  var job: String?

  @Option(help: "How many to list.")
  var limit = 20

  @Flag(help: "Print JSON: an array.")
  var json = false

  @OptionGroup var times: TimeOptions
  @OptionGroup var location: LocationOptions

  func validate() throws {
    guard (1...10_000).contains(limit) else { throw ValidationError("--limit is 1 to 10000, not \(limit)") }
  }

  /// The job to list; nil for all.
  func jobID() throws -> JobID? { try job.map(JobID.init(argument:)) }

  /// The history, to read.
  func history() throws(StorageError) -> HistoryStore {
    try HistoryStore(path: location.locations.historyFile, access: .readOnly)
  }
}

extension HistoryStore {
  /// Refuses a job that never was: where it is named, to find nothing would say that all is well.
  ///
  /// - Throws: `Failure` when nothing is known of it.
  func requireJob(_ id: JobID?, in scope: Scope) throws {
    guard let id, try !knows(id) else { return }
    throw Failure(
      .usage, "there is no job '\(id)'", hint: "\(scope.command("ctx7ctl status")) lists the jobs")
  }
}
