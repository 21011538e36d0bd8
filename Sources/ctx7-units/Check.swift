import ArgumentParser
import Ctx7CLI
import Ctx7Config
import Ctx7Model
import Ctx7Units

struct Check: Command {
  static let configuration = CommandConfiguration(
    abstract: "Check the configuration without touching anything.",
    discussion: "Exits with 78 when there are errors.")

  @OptionGroup var location: LocationOptions

  func run() async throws {
    let planning = try Planning(location)
    var count = 0
    for job in planning.configuration.jobs {
      for warning in warnings(about: job, planning) {
        let origin = planning.configuration.origins[job.id].map { "\($0): " } ?? ""
        Console.standardError("\(origin)warning: \(warning)")
        count += 1
      }
    }
    let jobs = planning.configuration.jobs.count
    Console.standardOutput("\(jobs.counted("job")), no errors, \(count.counted("warning"))")
  }

  private func warnings(about job: JobConfig, _ planning: Planning) -> [String] {
    let now = planning.target.now
    if let end = job.schedule.endTime, end <= now {
      return ["job '\(job.id)' never fires again: its end_time is past"]
    }
    switch job.schedule.recurrence {
    case .once(let instant) where instant <= now:
      return ["job '\(job.id)' never fires: \(instant) is past"]
    case .cron, .interval, .once, .reboot: return []
    }
  }
}
