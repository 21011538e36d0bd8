import ArgumentParser
import Ctx7CLI
import Ctx7Database
import Ctx7Executor
import Ctx7History
import Ctx7Model
import Ctx7Systemd

struct Health: Command {
  static let configuration = CommandConfiguration(
    commandName: "health",
    abstract: "Judge how the jobs are doing; exits with 0, 1 or 2.",
    discussion: """
      A job is degraded after a failure, when many of its latest executions fail, when the latest one took far longer than \
      usual, or when it did not run when its schedule says; it is unhealthy after several failures in a row, \
      when it has missed several firings, or when its timer does not run or its unit cannot start. The exit status \
      is 0 for healthy, 1 for degraded, 2 for unhealthy.
      """)

  @Argument(help: "Only this job.", completion: .jobs)
  var job: String?

  @Flag(help: "Print JSON: the overall health, and that of each job.")
  var json = false

  @OptionGroup var location: LocationOptions

  func run() async throws {
    let id = try job.map(JobID.init(argument:))
    let locations = location.locations
    let history = try HistoryStore(path: locations.historyFile, access: .readOnly)
    let report = try HealthReport(history, of: id, locations, at: .now)
    let found = report.judgements
    if let id, found.isEmpty {
      throw Failure(
        .usage, "there is no job '\(id)'", hint: "\(locations.scope.command("ctx7ctl status")) lists the jobs"
      )
    }
    let services = id == nil ? try ServiceFindings(location.locations) : nil
    if json {
      var members: [JSONValue.Member] = [
        .init("status", .string(report.overall.rawValue)), .init("total_jobs", JSONValue(found.count)),
        .init("jobs", .array(found.map(\.json))),
      ]
      if let services { members += services.json }
      Console.standardOutput(JSONValue.object(members).pretty)
    } else {
      var table = Table("JOB", "HEALTH", "WHY")
      for health in found {
        table.add(
          health.jobID.rawValue, health.word,
          health.reasons.isEmpty
            ? health.status == .unknown ? "it has not run yet" : "" : health.reasons.joined(separator: "; "))
      }
      table.print(otherwise: "no jobs are generated; run \(locations.scope.command("ctx7-units generate"))")
      services?.print()
    }
    // Where a systemd runs, somebody expects it to have timers.
    if found.isEmpty, (try? SystemBus(locations.scope)) != nil { throw ExitCode(1) }
    switch report.overall {
    case .healthy, .unknown: break
    case .degraded: throw ExitCode(1)
    case .unhealthy: throw ExitCode(2)
    }
  }
}
