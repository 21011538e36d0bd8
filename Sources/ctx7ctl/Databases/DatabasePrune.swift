import ArgumentParser
import Ctx7CLI
import Ctx7Database
import Ctx7History
import Ctx7Model

struct DatabasePrune: Command {
  static let configuration = CommandConfiguration(
    commandName: "prune",
    abstract: "Delete old executions and alerts now, rather than at the next maintenance.",
    discussion: "What runs stays, and so do the metrics. Dead letters have 'ctx7ctl dlq purge'.")

  @Option(
    help: ArgumentHelp(
      "Delete what ended more than this many days ago; job_history_retention_days when not given.",
      valueName: "days"))
  var olderThan: Int?

  @Flag(help: "Print JSON: the counts.")
  var json = false

  @OptionGroup var location: LocationOptions

  func validate() throws {
    guard (1...36_500).contains(olderThan ?? 1) else {
      throw ValidationError("--older-than is 1 to 36500 days")
    }
  }

  func run() async throws {
    let locations = location.locations
    try StateDirectory(locations).assumeOwner()
    let history = try HistoryStore(path: locations.historyFile)
    let days =
      try olderThan ?? history.jobs().first?.host.historyRetentionDays ?? HostSettings().historyRetentionDays
    let cutOff = Timestamp.now.adding(days: -Int64(days))
    let executions = try await history.deleteExecutions(completedBefore: cutOff)
    let alerts = try history.deleteAlerts(createdBefore: cutOff)
    try history.file.optimize()
    _ = try history.file.checkpoint()
    guard !json else {
      let counts: JSONValue = [
        "deleted_executions": JSONValue(executions), "deleted_alerts": JSONValue(alerts),
      ]
      return Console.standardOutput(counts.pretty)
    }
    Console.standardOutput(
      "\(executions.counted("execution")) and \(alerts.counted("alert")) older than \(days.counted("day")) deleted"
    )
  }
}
