import ArgumentParser
import Ctx7CLI
import Ctx7Config
import Ctx7Model
import Ctx7Units

struct Check: Command {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Check the configuration without touching anything.",
    discussion: "Exits with 78 when there are errors.")

  @OptionGroup var location: LocationOptions

  func run() async throws {
    let planning = try Planning(location)
    let units = try UnitDirectory(path: planning.locations.unitDirectory).units()
    let count = planning.announcedWarnings + planning.warn(aboutUnits: units)
    let jobs = planning.configuration.jobs.count
    Console.standardOutput("\(jobs.counted("job")), no errors, \(count.counted("warning"))")
  }
}

extension Planning {
  /// Prints what there is to warn of: schedules, their timers, and paths.
  ///
  /// - Parameter units: the text of the generated units, by name.
  /// - Returns: how many warnings there were.
  @discardableResult
  func warn(aboutUnits units: [String: String]) -> Int {
    var count = 0
    if let problem = HostZones.hostProblem,
      configuration.jobs.contains(where: { $0.schedule.timeZone == nil })
    {
      Console.standardError("warning: \(problem)")
      count += 1
    }
    for job in configuration.jobs where job.enabled {
      let zone = target.zone(of: job.schedule)
      var warnings = job.schedule.warnings(in: zone, at: target.now)
      if let unit = units[job.id.timerUnit], !job.schedule.isOver(at: target.now, in: zone) {
        let lines = Schedule.calendarLines(ofUnit: unit)
        let warning = job.schedule.warning(
          aboutGenerated: lines, in: zone, at: target.now, scope: locations.scope)
        warnings += [warning].compactMap { $0 }
      }
      warn(of: job, warnings)
      count += warnings.count
    }
    return count + warnAboutPaths()
  }

  func warn(of job: JobConfig, _ warnings: [some CustomStringConvertible]) {
    for warning in warnings {
      let origin = configuration.origins[job.id].map { "\($0): " } ?? ""
      Console.standardError("\(origin)warning: job '\(job.id)': \(warning)".controlsEscaped)
    }
  }
}
