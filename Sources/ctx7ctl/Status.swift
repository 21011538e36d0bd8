import ArgumentParser
import Ctx7CLI
import Ctx7Config
import Ctx7Database
import Ctx7Executor
import Ctx7History
import Ctx7Model
import Ctx7Systemd
import Foundation

struct Status: Command {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Show how each job is doing.",
    discussion: "Says when the configuration has changed since the units were generated.")

  @Flag(help: "Print JSON: an array of jobs.")
  var json = false

  @OptionGroup var times: TimeOptions
  @OptionGroup var location: LocationOptions

  func run() async throws {
    let locations = location.locations
    let history = try HistoryStore(path: locations.historyFile, access: .readOnly)
    let report = try HealthReport(history, locations, at: .now)
    let jobs = report.jobs.map(\.job)
    let running = Set(report.open.map(\.jobID))
    let bus = try? SystemBus(locations.scope)
    let busy = bus.flatMap { try? $0.busyUnits(matching: "\(JobID.unitPrefix)*.service") }
    let retrying = Set(
      try history.pendingRetries()
        .filter { $0.isAwaited(lockDirectory: locations.lockDirectory, busyUnits: busy) }.map(\.jobID))
    // Those whose unit is busy with what comes after an execution.
    func isSettling(_ id: JobID) -> Bool {
      guard let bus, busy?.contains(id.serviceUnit) == true else { return false }
      return (try? BusyUnit(id, bus, history)) == .settling
    }
    func state(_ job: ResolvedJob) -> String {
      let id = job.config.id
      if running.contains(id) { return "running" }
      if let off = report.switchedOff[id] {
        return off.inWords(after: "off") + (retrying.contains(id) ? ", waiting for retry" : "")
      }
      if !job.isEnabled { return "disabled" }
      let schedule = job.config.schedule
      if schedule.isOver(at: .now, in: HostZones.zone(of: schedule)) { return "ended" }
      if let fault = report.unitFaults[id] { return fault.state }
      if retrying.contains(id) { return "waiting for retry" }
      return isSettling(id) ? "settling" : "waiting"
    }
    if json {
      let rows = jobs.map { job in
        let id = job.config.id
        return JSONValue.object([
          .init("job_id", .string(id.rawValue)),
          .init("state", .string(state(job))),
          .init("enabled", .bool(job.isEnabled)),
          .init("disabled_reason", JSONValue(report.switchedOff[id]?.description)),
          .init("running", .bool(running.contains(id))),
          .init("schedule", .string(job.config.schedule.inWords)),
          .init("metrics", report.metrics[id]?.json(report.status(of: id)) ?? .null),
        ])
      }
      return Console.standardOutput(array: rows)
    }
    var table = Table(
      "JOB", "STATE", "SCHEDULE", "HEALTH", "RUNS", "FAILED", "SKIPPED", "MISSED", "LAST RUN", "LAST SUCCESS")
    for job in jobs {
      let id = job.config.id
      let metrics = report.metrics(of: id)
      table.add(
        id.rawValue, state(job), job.config.schedule.inWords, report.word(of: id),
        String(metrics.totalExecutions),
        String(metrics.failedExecutions), String(metrics.skippedFirings),
        metrics.missedFirings == 0
          ? "0" : "\(metrics.missedFirings) missed, \(metrics.madeUpFirings) made up",
        metrics.lastExecutionAt?.local ?? "never",
        metrics.lastSuccessAt?.local ?? "never")
    }
    table.print(otherwise: "no jobs are generated; run \(locations.scope.command("ctx7-units generate"))")
    if !jobs.isEmpty { noteChanges(jobs, locations) }
  }

  private func noteChanges(_ generated: [ResolvedJob], _ locations: Locations) {
    let loaded = Configuration.loaded(locations, environment: ProcessInfo.processInfo.environment)
    guard let live = loaded.configuration else {
      return Console.standardError(
        "note: the configuration has errors; \(locations.scope.command("ctx7-units check")) shows them")
    }
    if live.jobs.map({ ResolvedJob(config: $0, host: live.host) }) != generated {
      Console.standardError(
        "note: the configuration has changed since the units were made; "
          + "run \(locations.scope.command("ctx7-units generate"))")
    }
  }
}
