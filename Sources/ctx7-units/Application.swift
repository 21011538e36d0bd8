import Ctx7CLI
import Ctx7Executor
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
  /// Jobs whose timer or service the operator has masked (systemctl(1), "mask"): the timer can be neither enabled nor
  /// started.
  private let masked: [JobID: UnitFault]

  /// Connects to systemd where one runs.
  init(_ planning: Planning, _ directory: UnitDirectory, _ difference: UnitDifference) throws {
    self.planning = planning
    self.directory = directory
    self.difference = difference
    bus = try SystemBus.running(planning.locations.scope)
    masked = planning.plan.pairs.filter(\.job.isEnabled).reduce(into: [:]) { masked, pair in
      masked[pair.job.config.id] =
        Self.mask(of: pair.timer, planning.locations).map { .timerInactive(.masked(untilBoot: $0)) }
        ?? Self.mask(of: pair.service, planning.locations).map { .serviceMasked(untilBoot: $0) }
    }
  }

  /// Whether a unit is masked until the next boot only; nil when it is not masked.
  private static func mask(of unit: UnitFile, _ locations: Locations) -> Bool? {
    let folder = locations.maskDirectories.first { folder in
      (try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\(unit.name)")) == "/dev/null"
    }
    return folder?.hasPrefix("/run/")
  }

  /// Applies the difference.
  ///
  /// - Returns: what happened to the timers, in lines for people.
  func run() throws -> [String] {
    if planning.locations.scope == .system { try StateDirectory.jobsUser() }
    let files = difference.created + difference.updated.map(\.file)
    // systemd may not know of what a killed run has written.
    let changed = Set(files.map(\.name) + difference.removed + directory.unfinished)
    let active = try stopped.isEmpty ? [] : bus?.activeUnits(matching: Self.timers) ?? []
    try directory.write(files, beforeRenaming: { try prepare(changed, active) })
    try difference.removed.filter(mayGo).forEach(directory.remove)
    guard let bus else {
      try directory.finish()
      return [withoutSystemd]
    }
    // Links before the reload: from version 257 on systemd asks for another one when they change after it.
    if try linkTimers(bus) || !changed.isEmpty { try bus.reload() }
    try reinstate()
    try directory.finish()
    let report = try runTimers(bus, gone: vanished.count(where: active.contains))
    for name in difference.removed { try bus.resetFailed(name) }
    return report
  }

  /// Stops the timers that go or change, and stores what firings read.
  private func prepare(_ changed: Set<String>, _ active: Set<String>) throws {
    do {
      try stopTimers()
      try storeJobs()
      if !changed.isEmpty { try directory.begin(changed.sorted()) }
    } catch {
      // By the units that are there still the jobs go on.
      try? bus?.start(stopped.filter(active.contains))
      throw error
    }
  }

  private static let timers = "\(JobID.unitPrefix)*.timer"

  private var vanished: [String] { difference.removed.filter { $0.hasSuffix(".timer") } }
  private var stopped: [String] { vanished + difference.rescheduledTimers }

  /// A reload fires a timer whose new schedule had an instant since its last firing (systemd issue 16732): while it is
  /// stopped, its stamp says that it has just fired.
  private func stopTimers() throws {
    try bus?.disable(vanished.filter(isLinked))
    try bus?.stop(stopped)
    try difference.rescheduledTimers.forEach(stampAsFired)
  }

  /// A job that had fired for the last time may fire again by another schedule.
  private func reinstate() throws {
    let off = jobSwitch.jobsThatAreOff()
    for job in planning.plan.pairs.map(\.job.config) where off.contains(job.id) {
      guard let finished = jobSwitch.switchedOff(job.id)?.finishedSchedule else { continue }
      if finished != job.schedule.fingerprint { _ = try jobSwitch.turnOn(job.id) }
    }
  }

  private var jobSwitch: JobSwitch { JobSwitch(directory: planning.locations.disabledDirectory) }

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

  private var on: [String] {
    planning.plan.pairs.filter { $0.job.isEnabled && masked[$0.job.config.id] == nil }.map(\.timer.name)
  }
  private var off: [String] { planning.plan.pairs.filter { !$0.job.isEnabled }.map(\.timer.name) }

  /// Enables the timers of enabled jobs and disables those of disabled ones; whatever is right already is left
  /// alone.
  ///
  /// - Returns: whether anything was changed.
  private func linkTimers(_ bus: SystemBus) throws -> Bool {
    let linking = on.filter { !isLinked($0) }
    let unlinking = off.filter(isLinked)
    try bus.disable(unlinking)
    try bus.enable(linking)
    return !linking.isEmpty || !unlinking.isEmpty
  }

  /// Starts the timers of enabled jobs that do not run, and stops those of disabled ones; also of those that switched
  /// themselves off, and were not allowed to stop their timer.
  ///
  /// - Parameter gone: how many timers of jobs that are no more have been stopped.
  private func runTimers(_ bus: SystemBus, gone: Int) throws -> [String] {
    let active = try bus.activeUnits(matching: Self.timers)
    // The condition of such a timer would refuse its start, and count as one.
    let switchedOff = Set(jobSwitch.jobsThatAreOff().map(\.timerUnit))
    let starting = on.filter { !active.contains($0) && !switchedOff.contains($0) }
    let stopping = (off + on.filter(switchedOff.contains)).filter(active.contains)
    try bus.stop(stopping)
    // An old stamp, of a job that was disabled or is back after a while, would fire it at once.
    try starting.forEach(stampAsFired)
    try bus.start(starting)
    let warnings = masked.sorted { $0.key < $1.key }.map { id, fault in
      "\(id) stays off: \(fault.reason(of: id, scope: planning.locations.scope))"
    }
    guard !starting.isEmpty || !stopping.isEmpty || gone > 0 else { return warnings }
    return warnings + ["timers: \(starting.count) started, \(stopping.count + gone) stopped"]
  }

  private func isLinked(_ timer: String) -> Bool {
    (try? FileManager.default.destinationOfSymbolicLink(
      atPath: "\(planning.locations.wantsDirectory)/\(timer)")) != nil
  }

  private func stampAsFired(_ timer: String) throws {
    let stamp = "\(planning.locations.stampDirectory)/stamp-\(timer)"
    guard utimensat(AT_FDCWD, stamp, nil, 0) == 0 || errno == ENOENT else {
      throw Failure(.ioError, "\(stamp): \(String(cString: strerror(errno)))")
    }
  }

  private var withoutSystemd: String {
    let hint = "the units are written; run this again where one does, to start the timers"
    guard planning.locations.scope == .user, ProcessInfo.processInfo.environment["XDG_RUNTIME_DIR"] == nil
    else {
      return "no systemd runs here: \(hint)"
    }
    return "no systemd of yours is found without XDG_RUNTIME_DIR, which a login sets: \(hint)"
  }
}
