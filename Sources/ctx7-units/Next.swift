import ArgumentParser
import Ctx7CLI
import Ctx7Model
import Ctx7Units

struct Next: Command {
  static let configuration = CommandConfiguration(
    commandName: "next",
    abstract: "List the next firings of a job, or of all jobs in the order in which they come.",
    discussion: "As configured, by the calendar alone: jitter comes on top. --json has times in UTC only.")

  @Argument(help: "The job.", completion: .jobs)
  var job: String?

  @Flag(help: "List the firings of all jobs.")
  var all = false

  @Option(help: ArgumentHelp("How many firings to list, of each job.", valueName: "n"))
  var count = 5

  @Flag(help: "Print JSON: an array of jobs.")
  var json = false

  @OptionGroup var location: LocationOptions

  func validate() throws {
    guard (job == nil) == all else { throw ValidationError("name a job, or say --all") }
    guard (1...1000).contains(count) else { throw ValidationError("--count is 1 to 1000, not \(count)") }
  }

  func run() async throws {
    let planning = try Planning(location)
    let id = try job.map(JobID.init(argument:))
    let pairs = planning.plan.pairs.filter { id == nil || $0.job.config.id == id }
    if let id, pairs.isEmpty {
      throw Failure(
        .usage, "there is no job '\(id)'",
        hint: "\(planning.locations.scope.command("ctx7-units list")) shows the jobs")
    }
    let previews = pairs.map { Preview($0, planning.target, count: count) }
    guard !json else { return Console.standardOutput(array: previews.lazy.map(\.json)) }
    if let only = previews.first, id != nil, let reason = only.reasonForNone {
      return Console.standardOutput("\(only.job) has no firings to foretell: \(reason)")
    }
    var table = Table("JOB", "NEXT FIRINGS", "UTC")
    let firings = previews.flatMap { preview in preview.firings.map { (preview, $0) } }
    for (preview, firing) in firings.sorted(by: { ($0.1, $0.0.job) < ($1.1, $1.0.job) }) {
      table.add(preview.job, preview.zone.text(of: firing), firing.description)
    }
    table.print(otherwise: "no job has a firing to foretell")
    for preview in previews {
      if let reason = preview.reasonForNone { Console.standardError("note: \(preview.job): \(reason)") }
    }
  }
}
