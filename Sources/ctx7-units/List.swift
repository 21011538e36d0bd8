import ArgumentParser
import Ctx7CLI
import Ctx7Model
import Ctx7Units

struct List: Command {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List the jobs with their units, schedules and next three firings.",
    discussion:
      "As configured; 'systemctl list-timers' shows what runs. Times are local; --json has them in UTC.")

  @Flag(help: "Print JSON: an array of jobs.")
  var json = false

  @OptionGroup var location: LocationOptions

  func run() async throws {
    let planning = try Planning(location)
    let previews = planning.plan.pairs.map { Preview($0, planning.target, count: 3) }
    guard !json else { return Console.standardOutput(array: previews.lazy.map(\.json)) }
    var table = Table("JOB", "TIMER", "SCHEDULE", "NEXT FIRINGS")
    for preview in previews {
      table.add(
        preview.job, preview.timer, preview.schedule,
        preview.reasonForNone ?? preview.firings.map(\.local).joined(separator: ", "))
    }
    table.print(otherwise: "no jobs are configured")
  }
}
