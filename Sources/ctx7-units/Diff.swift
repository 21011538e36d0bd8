import ArgumentParser
import Ctx7CLI
import Ctx7Units

struct Diff: Command {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "Show what generate would change, as a unified diff.",
    discussion: """
      Exits with 0 when nothing would change, with 1 when something would, and with 78 when generate would refuse.
      """)

  @OptionGroup var location: LocationOptions

  func run() async throws {
    let planning = try Planning(location)
    planning.noteHiddenSecrets()
    let directory = UnitDirectory(path: planning.locations.unitDirectory)
    let disk = try directory.units()
    let difference = UnitDifference(planning.plan, disk: disk)
    for file in difference.created { show(file.name, from: "", to: file.text) }
    for update in difference.updated { show(update.file.name, from: update.current, to: update.file.text) }
    for name in difference.removed { show(name, from: disk[name] ?? "", to: "") }
    try planning.requireOurs(difference, disk, in: directory)
    if !difference.isEmpty { throw ExitCode(1) }
  }

  private func show(_ name: String, from old: String, to new: String) {
    Console.standardOutput(old.isEmpty ? "--- /dev/null" : "--- a/\(name)")
    Console.standardOutput(new.isEmpty ? "+++ /dev/null" : "+++ b/\(name)")
    LineDifference(old, new).hunks.forEach(Console.standardOutput)
  }
}
