import ArgumentParser
import Ctx7CLI
import Ctx7Database
import Ctx7Executor
import Ctx7History
import Ctx7Model

struct History: Command {
  static let configuration = CommandConfiguration(
    commandName: "history",
    abstract: "List executions, the newest first.",
    discussion: "Every attempt is one line. Times are local; --json has them in UTC.")

  @OptionGroup var listing: ListingOptions

  func run() async throws {
    let (id, history) = (try listing.jobID(), try listing.history())
    let records = try history.executions(of: id, limit: listing.limit)
    if records.isEmpty { try history.requireJob(id, in: listing.location.locations.scope) }
    guard !listing.json else { return Console.standardOutput(array: records.lazy.map(\.json)) }
    var table = Table(
      "STARTED", "JOB", "STATUS", "DUE", "MISSED", "DURATION", "RECORDS", "FAILED", "EXECUTION", "ERROR")
    for record in records {
      let ending = record.ending
      table.add(
        record.startedAt.local, record.jobID.rawValue,
        record.stateInWords(lockDirectory: listing.location.locations.lockDirectory),
        record.scheduledFor?.local ?? "-", String(record.missedFirings),
        ending?.durationSeconds?.asDuration ?? "-",
        String(ending?.recordsProcessed ?? 0), String(ending?.recordsFailed ?? 0), record.id,
        record.errorText ?? "")
    }
    table.print(otherwise: "no executions yet")
  }
}
