import ArgumentParser
import Ctx7CLI
import Ctx7Database
import Ctx7History
import Ctx7Model

struct Alerts: Command {
  static let configuration = CommandConfiguration(
    commandName: "alerts",
    abstract: "Look at alerts and where they were delivered, and try a sink.",
    subcommands: [AlertsList.self, AlertsTest.self])
}

struct AlertsList: Command {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List alerts, the newest first.")

  @OptionGroup var listing: ListingOptions

  func run() async throws {
    let (id, history) = (try listing.jobID(), try listing.history())
    let alerts = try history.alerts(of: id, limit: listing.limit)
    if alerts.isEmpty { try history.requireJob(id, in: listing.location.locations.scope) }
    guard !listing.json else { return Console.standardOutput(array: alerts.lazy.map(\.json)) }
    var table = Table("ID", "TIME", "SEVERITY", "TYPE", "DELIVERED", "MESSAGE")
    for record in alerts {
      table.add(
        String(record.id), record.alert.timestamp.local, record.alert.severity.rawValue,
        record.alert.kind.rawValue,
        record.deliveries.isEmpty
          ? "journal" : record.deliveries.map { "\($0.sink): \($0.state)" }.joined(separator: ", "),
        record.alert.message)
    }
    table.print(otherwise: "no alerts")
  }
}
