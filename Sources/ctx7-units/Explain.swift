public import ArgumentParser
import Ctx7CLI
public import Ctx7Model
import Foundation

extension ClockChangePolicy: ExpressibleByArgument {}

struct Explain: Command {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Say what a cron expression means: in English, as OnCalendar= lines, and when it fires next.",
    discussion: """
      With '-' it reads JSON lines, {"cron":…,"timezone":…,"from":…,"count":…,"job_id":…,"clock_changes":…}, and \
      answers each with one line, in order: {"on_calendar":[…],"next":[…]} or \
      {"error":{"field":…,"column":…,"message":…}}. Only cron is required. Firings are strictly after 'from'.
      """)

  @Argument(help: "The expression in quotes, or '-'.")
  var expression: String

  @Option(help: ArgumentHelp("The time zone; without it the host's.", valueName: "zone"))
  var timezone: String?

  @Option(help: ArgumentHelp("The instant to start from, as RFC 3339; without it now.", valueName: "time"))
  var from: String?

  @Option(help: ArgumentHelp("How many firings to show.", valueName: "n"))
  var count = 5

  @Option(help: ArgumentHelp("The job whose id H and ~ pick their values by.", valueName: "id"))
  var jobId: String?

  @Option(help: "What happens at clock changes.")
  var clockChanges = ClockChangePolicy.cron

  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    // None would look like a job that never fires; a program that wants none asks with '-'.
    guard count > 0, ExplainRequest.counts.contains(count) else {
      throw ValidationError("--count is 1 to \(ExplainRequest.counts.upperBound), not \(count)")
    }
    guard from.map({ ExplainRequest.instant($0) != nil }) ?? true else {
      throw ValidationError("--from is a time with a zone, of 1970 to 2199, for example 2027-01-31T02:00:00Z")
    }
  }

  func run() async throws {
    guard expression != "-" else { return try ExplainLines().run() }
    var request = ExplainRequest(
      cron: expression, from: from.flatMap(ExplainRequest.instant) ?? .now)
    request.timeZone = timezone
    request.count = count
    request.job = try jobId.map(JobID.init(argument:))
    request.clockChanges = clockChanges
    try show(request)
  }

  private func show(_ request: ExplainRequest) throws {
    var zones = ZoneCache()
    let explanation: Explanation
    do throws(ExplainRequest.Refusal) {
      explanation = try Explanation(request, &zones)
    } catch {
      if json { Console.standardOutput(error.json.pretty) }
      throw failure(error)
    }
    if json { return Console.standardOutput(explanation.json.pretty) }
    if case .cron(let cron) = explanation.schedule.recurrence, cron.usesHash, request.job == nil {
      Console.standardError("note: H and ~ pick their values by the job's id; say which with --job-id")
    }
    if explanation.schedule.timeZone != nil, let reason = explanation.schedule.recurrence.reasonForNoZone {
      Console.standardError("note: the zone has no effect: \(reason)")
    }
    explanation.lines.forEach(Console.standardOutput)
  }

  /// The message under the expression, with a mark below the part it is about.
  private func failure(_ refusal: ExplainRequest.Refusal) -> Failure {
    let field = refusal.field.map { "\($0): " } ?? ""
    var failure = Failure(.badData, field + refusal.message)
    if let column = refusal.column {
      // One character each, so that the mark stands where it belongs.
      let line = expression.map { $0.isNewline || $0 == "\t" ? " " : $0 }
      failure.excerpt = ["  \(String(line))", "  \(String(repeating: " ", count: column - 1))^"]
    }
    return failure
  }
}
