import ArgumentParser
import Ctx7CLI
import Ctx7Database
import Ctx7Executor
import Ctx7History
import Ctx7Model

struct History: Command {
  static let configuration = CommandConfiguration(
    abstract: "List executions, the newest first.",
    discussion: "Every attempt is one line. Times are local; --json has them in UTC.")

  @Argument(help: "Only this job.", completion: .jobs)
  var job: String?

  @Option(help: "How many executions to list.")
  var limit = 20

  @Flag(help: "Print JSON: an array of executions.")
  var json = false

  @OptionGroup var times: TimeOptions
  @OptionGroup var location: LocationOptions

  func validate() throws {
    guard (1...10_000).contains(limit) else { throw ValidationError("--limit is 1 to 10000, not \(limit)") }
  }

  func run() async throws {
    let id = try job.map(JobID.init(argument:))
    let history = try HistoryStore(path: location.locations.historyFile, access: .readOnly)
    let records = try history.executions(of: id, limit: limit)
    if records.isEmpty, let id, try history.job(id) == nil, try history.metrics(of: id).isEmpty {
      throw Failure(.usage, "there is no job '\(id)'", hint: "'ctx7ctl status' lists the jobs")
    }
    guard !json else { return Console.standardOutput(JSONValue.array(records.map(\.json)).pretty) }
    var table = Table(
      "STARTED", "JOB", "STATUS", "DUE", "MISSED", "DURATION", "RECORDS", "FAILED", "EXECUTION", "ERROR")
    for record in records {
      let ending = record.ending
      table.add(
        record.startedAt.local, record.jobID.rawValue,
        record.stateInWords(lockDirectory: location.locations.lockDirectory),
        record.scheduledFor?.local ?? "-", String(record.missedFirings),
        ending?.durationSeconds?.asDuration ?? "-",
        String(ending?.recordsProcessed ?? 0), String(ending?.recordsFailed ?? 0), record.id,
        record.errorText ?? "")
    }
    table.print(otherwise: "no executions yet")
  }
}
