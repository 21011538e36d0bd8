import Ctx7CLI
import Ctx7History
import Ctx7Model
import Ctx7Systemd
import Ctx7Units
import Foundation

/// Brings a running systemd from the units on disk to those that are planned, in the order in which nothing fires
/// by it and a crash at any point is mended by the next run.
struct Application {
  private let planning: Planning
  private let directory: UnitDirectory
  private let difference: UnitDifference
  private let bus: SystemBus?

  /// Connects to systemd where one runs.
  init(_ planning: Planning, _ directory: UnitDirectory, _ difference: UnitDifference) {
    self.planning = planning
    self.directory = directory
    self.difference = difference
    bus = try? SystemBus(planning.locations.scope == .system ? .system : .user)
  }

  /// Applies the difference.
  ///
  /// - Returns: what happened to the timers, in lines for people.
  func run() throws -> [String] {
    if planning.locations.scope == .system { try StateDirectory.jobsUser() }
    let vanished = difference.removed.filter { $0.hasSuffix(".timer") }
    try bus?.disable(vanished.filter(isLinked))
    try bus?.stop(vanished)
    // A reload fires a timer whose new schedule had an instant since its last firing (systemd issue 16732): while
    // it is stopped, its stamp says that it has just fired.
    try bus?.stop(difference.rescheduledTimers)
    try difference.rescheduledTimers.forEach(stampAsFired)
    try storeJobs()
    try directory.write(difference.created + difference.updated.map(\.file))
    try difference.removed.filter(mayGo).forEach(directory.remove)
    guard let bus else { return [withoutSystemd] }
    if !difference.isEmpty { try bus.reload() }
    try reinstate()
    let report = try settleTimers(bus)
    for name in difference.removed { try bus.resetFailed(name) }
    return report
  }

  /// A job that had fired for the last time, and has another configuration now, may fire again.
  private func reinstate() throws {
    let changed = Set((difference.created + difference.updated.map(\.file)).map(\.name))
    for pair in planning.plan.pairs where changed.contains(pair.service.name) {
      let path = "\(planning.locations.disabledDirectory)/\(pair.job.config.id)"
      guard let text = FileManager.default.contents(atPath: path),
        text.starts(with: Locations.retirement.utf8)
      else { continue }
      guard unlink(path) == 0 || errno == ENOENT else {
        throw Failure(.ioError, "\(path): \(String(cString: strerror(errno)))")
      }
    }
  }

  /// The service of a vanished job stays while it runs: without its file the run loses its ExecStopPost=.
  private func mayGo(_ name: String) -> Bool {
    guard name.hasSuffix(".service"), let bus, let state = try? bus.activeState(of: name) else { return true }
    return state == "inactive" || state == "failed"
  }

  /// What firings read; before the units that name its versions.
  private func storeJobs() throws {
    let jobs = planning.plan.pairs.map(\.job)
    try StateDirectory(planning.locations).asOwner {
      try HistoryStore(path: planning.locations.historyFile).store(jobs, at: planning.target.now)
    }
  }

  /// Enables and starts the timers of enabled jobs, disables and stops those of disabled ones; whatever is right
  /// already is left alone.
  private func settleTimers(_ bus: SystemBus) throws -> [String] {
    let active = try bus.activeUnits(matching: "ctx7-job-*.timer")
    let on = planning.plan.pairs.filter(\.isEnabled).map(\.timer.name)
    let off = planning.plan.pairs.filter { !$0.isEnabled }.map(\.timer.name)
    let starting = on.filter { !active.contains($0) }
    let stopping = off.filter(active.contains)
    try bus.disable(off.filter(isLinked))
    try bus.stop(stopping)
    try bus.enable(on.filter { !isLinked($0) })
    // An old stamp, of a job that was disabled or is back after a while, would fire it at once.
    try starting.forEach(stampAsFired)
    try bus.start(starting)
    guard !starting.isEmpty || !stopping.isEmpty else { return [] }
    return ["timers: \(starting.count) started, \(stopping.count) stopped"]
  }

  private func isLinked(_ timer: String) -> Bool {
    (try? FileManager.default.destinationOfSymbolicLink(atPath: "\(planning.wantsDirectory)/\(timer)")) != nil
  }

  private func stampAsFired(_ timer: String) throws {
    let stamp = "\(planning.stampDirectory)/stamp-\(timer)"
    guard utimensat(AT_FDCWD, stamp, nil, 0) == 0 || errno == ENOENT else {
      throw Failure(.ioError, "\(stamp): \(String(cString: strerror(errno)))")
    }
  }

  private var withoutSystemd: String {
    "no systemd runs here: the units are written; run this again where one does, to start the timers"
  }
}
