import ArgumentParser
import Ctx7CLI
import Ctx7Model
import Ctx7Units
import Foundation

struct Generate: Command {
  static let configuration = CommandConfiguration(
    commandName: "generate",
    abstract: "Write the units that the configuration asks for, and start their timers.",
    discussion: """
      Only files that ctx7-units has made are overwritten or removed; drop-ins are never touched. A timer whose \
      schedule has changed does not fire because of it.
      """)

  @Flag(help: "Show what would be done, and do nothing.")
  var dryRun = false

  @Option(
    help: ArgumentHelp(
      "Only write the units into this directory; systemd and state are not touched.", valueName: "dir"))
  var output: String?

  @Option(help: ArgumentHelp("Write for this systemd rather than the running one.", valueName: "version"))
  var systemdVersion: Int?

  @OptionGroup var location: LocationOptions

  func validate() throws {
    guard !dryRun || output == nil else { throw ValidationError("--dry-run and --output exclude each other") }
    guard (247...1000).contains(systemdVersion ?? 252) else {
      throw ValidationError("--systemd-version is 247 or more")
    }
  }

  func run() async throws {
    let directory = UnitDirectory(path: output ?? location.locations.unitDirectory)
    if dryRun { return show(try difference(planned(), directory)) }
    if output == nil { try location.locations.requireLeaveToChangeUnits() }
    try directory.exclusively {
      // Read before, an older configuration might be the last that is written.
      let planning = try planned()
      let difference = try difference(planning, directory)
      var report: [String] = []
      if output == nil {
        report = try Application(planning, directory, difference).run()
      } else {
        try directory.write(difference.created + difference.updated.map(\.file))
        for name in difference.removed { try directory.remove(name) }
      }
      Console.standardOutput(difference.summary)
      report.forEach(Console.standardOutput)
    }
  }

  private func planned() throws -> Planning {
    let planning = try Planning(location, systemdVersion: systemdVersion)
    // Its units are being renewed: only the configuration is worth a warning.
    planning.warn(aboutUnits: [:])
    planning.noteHiddenSecrets()
    return planning
  }

  private func difference(_ planning: Planning, _ directory: UnitDirectory) throws(Failure) -> UnitDifference
  {
    let units = try directory.units()
    let difference = UnitDifference(planning.plan, disk: units)
    try planning.requireOurs(difference, units, in: directory)
    return difference
  }

  private func show(_ difference: UnitDifference) {
    for file in difference.created { Console.standardOutput("would create \(file.name)") }
    for update in difference.updated { Console.standardOutput("would update \(update.file.name)") }
    for name in difference.removed { Console.standardOutput("would remove \(name)") }
    Console.standardOutput(difference.summary)
  }
}
