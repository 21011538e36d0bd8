import ArgumentParser
import Ctx7CLI
import Ctx7Database
import Ctx7History
import Ctx7Model

struct Alerts: Command {
  static let configuration = CommandConfiguration(
    abstract: "Look at alerts and where they were delivered, and try a sink.",
    subcommands: [AlertsList.self, AlertsTest.self])
}

struct AlertsList: Command {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List alerts, the newest first.")

  @Argument(help: "Only this job.", completion: .jobs)
  var job: String?

  @Option(help: "How many to list.")
  var limit = 20

  @Flag(help: "Print JSON: an array of alerts with their deliveries.")
  var json = false

  @OptionGroup var times: TimeOptions
  @OptionGroup var location: LocationOptions

  func validate() throws {
    guard (1...10_000).contains(limit) else { throw ValidationError("--limit is 1 to 10000, not \(limit)") }
  }

  func run() async throws {
    let id = try job.map(JobID.init(argument:))
    let history = try HistoryStore(path: location.locations.historyFile, access: .readOnly)
    let alerts = try history.alerts(of: id, limit: limit)
    guard !json else { return Console.standardOutput(JSONValue.array(alerts.map(\.json)).pretty) }
    var table = Table("TIME", "SEVERITY", "TYPE", "DELIVERED", "MESSAGE")
    for record in alerts {
      table.add(
        record.alert.timestamp.local, record.alert.severity.rawValue, record.alert.kind.rawValue,
        record.deliveries.isEmpty
          ? "journal" : record.deliveries.map { "\($0.sink): \($0.state)" }.joined(separator: ", "),
        record.alert.message)
    }
    table.print(otherwise: "no alerts")
  }
}
