import ArgumentParser
import Ctx7CLI
import Ctx7Model
import Ctx7Units

struct List: Command {
  static let configuration = CommandConfiguration(
    abstract: "List the jobs with their units, schedules and next three firings.",
    discussion:
      "As configured; 'systemctl list-timers' shows what runs. Times are local; --json has them in UTC.")

  @Flag(help: "Print JSON: an array of jobs.")
  var json = false

  @OptionGroup var location: LocationOptions

  func run() async throws {
    let planning = try Planning(location)
    let rows = planning.plan.pairs.map { Row($0, planning.target) }
    guard !json else { return Console.standardOutput(JSONValue.array(rows.map(\.json)).pretty) }
    var table = Table("JOB", "TIMER", "SCHEDULE", "NEXT FIRINGS")
    for row in rows {
      table.add(row.job, row.timer, row.schedule, row.isEnabled ? row.firingsInWords : "disabled")
    }
    table.print(otherwise: "no jobs are configured")
  }

  private struct Row {
    let job: String
    let timer: String
    let schedule: String
    let isEnabled: Bool
    let firings: [Timestamp]
    let isMonotonic: Bool

    init(_ pair: UnitPlan.Pair, _ target: UnitTarget) {
      let config = pair.job.config
      job = config.id.rawValue
      timer = config.id.timerUnit
      schedule = config.schedule.inWords
      isEnabled = pair.isEnabled
      let zone = target.zone(of: config.schedule)
      let triggers = config.schedule.triggers(in: zone, from: target.now)
      isMonotonic = triggers.calendar.isEmpty
      var next: [Timestamp] = []
      while next.count < 3, let firing = triggers.next(after: next.last ?? target.now, in: zone) {
        next.append(firing)
      }
      firings = isEnabled ? next.filter { $0 <= config.schedule.endTime ?? $0 } : []
    }

    var firingsInWords: String {
      if isMonotonic { return "counted from boot and from the last run" }
      return firings.isEmpty ? "none" : firings.map(\.local).joined(separator: ", ")
    }

    var json: JSONValue {
      [
        "job_id": .string(job), "timer": .string(timer), "schedule": .string(schedule),
        "enabled": .bool(isEnabled),
        "next": .array(firings.map { JSONValue($0) }),
      ]
    }
  }
}
