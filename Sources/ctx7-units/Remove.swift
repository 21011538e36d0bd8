import ArgumentParser
import Ctx7CLI
import Ctx7Database
import Ctx7History
import Ctx7Model
import Ctx7Systemd
import Ctx7Units
import Foundation

struct Remove: Command {
  static let configuration = CommandConfiguration(
    commandName: "remove",
    abstract: "Remove all generated units: stop their timers and running executions, delete the files.",
    discussion: "Configuration, history and documents stay; 'ctx7-units generate' brings the units back.")

  @OptionGroup var location: LocationOptions

  func run() async throws {
    let locations = location.locations
    try locations.requireLeaveToChangeUnits()
    let directory = UnitDirectory(path: locations.unitDirectory)
    try directory.exclusively {
      let units = try directory.units().filter { $0.value.hasPrefix(UnitFile.marker) }
      let ours = units.keys.sorted()
      let bus = try SystemBus.running(locations.scope)
      let timers = ours.filter { $0.hasSuffix(".timer") }
      try bus?.disable(timers)
      try bus?.stop(timers)
      // A run that ended after its unit file had gone would not be settled.
      try bus?.stop(ours.filter { $0.hasSuffix(".service") })
      for name in ours { try directory.remove(name) }
      if !ours.isEmpty { try bus?.reload() }
      for name in ours { try bus?.resetFailed(name) }
      for state in stateDirectories(of: units.values, locations) { try forgetJobs(state) }
      Console.standardOutput("removed \(ours.count)")
      if bus == nil, !ours.isEmpty {
        Console.standardError(
          "note: no systemd answers here\(locations.scope == .user ? " (is $XDG_RUNTIME_DIR set?)" : ""); "
            + "one that has their timers runs them until '\(locations.scope.systemctl) stop \(JobID.unitPrefix)*.timer'"
        )
      }
    }
  }

  /// Where the units have their state, whatever the caller says.
  private func stateDirectories(of units: some Sequence<String>, _ locations: Locations) -> [Locations] {
    let origins = Set(units.compactMap(UnitFile.Origin.init(ofText:)))
    guard !origins.isEmpty else { return [locations] }
    return Set(origins.map { $0.stateDirectory ?? locations.unnamedStateDirectory }).sorted().map { path in
      var locations = locations
      locations.stateDirectory = path
      return locations
    }
  }

  /// The rows that firings read; history and metrics stay.
  private func forgetJobs(_ locations: Locations) throws {
    guard FileManager.default.fileExists(atPath: locations.historyFile) else { return }
    try StateDirectory(locations).asOwner {
      try HistoryStore(path: locations.historyFile).store([], at: .now)
    }
  }
}
