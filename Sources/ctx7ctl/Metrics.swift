import ArgumentParser
import Ctx7CLI
import Ctx7Database
import Ctx7Executor
import Ctx7History
import Ctx7Model

struct Metrics: Command {
  static let configuration = CommandConfiguration(
    commandName: "metrics",
    abstract: "Show the counts and averages of jobs over all their attempts.")

  @Argument(help: "Only this job, in full.", completion: .jobs)
  var job: String?

  @Flag(help: "Print JSON: an object by job id, or that of the one job.")
  var json = false

  @OptionGroup var times: TimeOptions
  @OptionGroup var location: LocationOptions

  func run() async throws {
    let locations = location.locations
    let history = try HistoryStore(path: locations.historyFile, access: .readOnly)
    let report = try HealthReport(history, locations, at: .now)
    guard let job else { return showAll(report) }
    let id = try JobID(argument: job)
    if report.metrics[id] == nil { try JobTarget(id, locations).require() }
    show(report.metrics(of: id), report.health[id]?.status)
  }

  private func showAll(_ report: HealthReport) {
    let metrics = report.metrics.values.sorted { $0.jobID < $1.jobID }
    guard !json else {
      let members = metrics.map {
        JSONValue.Member($0.jobID.rawValue, $0.json(report.health[$0.jobID]?.status))
      }
      return Console.standardOutput(JSONValue.object(members).pretty)
    }
    var table = Table(
      "JOB", "HEALTH", "RUNS", "FAILED", "ERRORS", "RETRIES", "SKIPPED", "AVERAGE", "LONGEST", "PEAK MEMORY",
      "CPU")
    for job in metrics {
      table.add(
        job.jobID.rawValue, report.health[job.jobID]?.word ?? job.health.rawValue,
        String(job.totalExecutions),
        String(job.failedExecutions),
        "\(job.errorRate.formatted(decimals: 1)) %", String(job.retriedExecutions),
        String(job.skippedFirings),
        job.totalExecutions == 0 ? "-" : job.averageDurationSeconds.asDuration,
        job.maxDurationSeconds?.asDuration ?? "-",
        job.peakMemoryMB.map { "\($0.formatted(decimals: 0)) MB" } ?? "-",
        job.averageCPUPercent.map { "\($0.formatted(decimals: 0)) %" } ?? "-")
    }
    table.print(otherwise: "no job has run yet")
  }

  /// The names are those of the JSON, so that one can be found by the other.
  private func show(_ metrics: JobMetrics, _ health: JobMetrics.Health?) {
    let object = metrics.json(health)
    guard !json, case .object(let members) = object else {
      return Console.standardOutput(object.pretty)
    }
    var table = Table("METRIC", metrics.jobID.rawValue)
    for member in members {
      let text =
        switch member.value {
        case .null: "-"
        case .string(let text): Timestamp(rfc3339: text)?.local ?? text
        case .number(let number): number.formatted(decimals: 3)
        default: member.value.description
        }
      table.add(member.name.replacing("_", with: " "), text)
    }
    table.print(otherwise: "")
  }
}
