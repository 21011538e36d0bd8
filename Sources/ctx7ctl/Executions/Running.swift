import ArgumentParser
import Ctx7CLI
import Ctx7Database
import Ctx7Executor
import Ctx7History
import Ctx7Model
import Ctx7Systemd

struct Running: Command {
  static let configuration = CommandConfiguration(
    commandName: "running",
    abstract: "Show what runs, and how far it is.",
    discussion:
      "An execution runs while its process holds its lock; a row that a dead process left is not shown.")

  @Flag(help: "Show it again every two seconds, until Ctrl-C.")
  var watch = false

  @Flag(help: "Print JSON: an array of executions with their status_text, one a look with --watch.")
  var json = false

  @OptionGroup var times: TimeOptions
  @OptionGroup var location: LocationOptions

  func run() async throws {
    let locations = location.locations
    let history = try HistoryStore(path: locations.historyFile, access: .readOnly)
    try show(history, locations)
    while watch {
      try await Task.sleep(for: .seconds(2))
      try show(history, locations)
    }
  }

  private func show(_ history: HistoryStore, _ locations: Locations) throws {
    let records = try history.liveAttempts(lockDirectory: locations.lockDirectory)
    let bus = records.isEmpty ? nil : try? SystemBus(locations.scope)
    let rows = records.map { ($0, (try? bus?.statusText(of: $0.jobID.serviceUnit)) ?? "") }
    if json {
      let values = rows.map { record, text -> JSONValue in
        guard case .object(let members) = record.json else { return .null }
        return .object(members + [.init("status_text", .string(text))])
      }
      return Console.standardOutput(
        watch ? JSONValue.array(values).description : JSONValue.array(values).pretty)
    }
    if watch { Console.clearOutput() }
    var table = Table("STARTED", "JOB", "STATUS", "FOR", "EXECUTION", "PROGRESS")
    for (record, text) in rows {
      let seconds = Double(Timestamp.now.milliseconds(since: record.startedAt)) / 1000
      table.add(
        record.startedAt.local, record.jobID.rawValue, record.status.rawValue, seconds.asDuration, record.id,
        text)
    }
    table.print(otherwise: "nothing runs")
  }
}
