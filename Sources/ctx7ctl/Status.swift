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
    let metrics = try history.metricsByJob()
    let alive = try history.openAttempts().filter { $0.isAlive(lockDirectory: locations.lockDirectory) }
    let running = Set(alive.map(\.jobID))
    let jobs = try history.jobs()
    let health = try JobHealth.statuses(history, locations, at: .now)
    let jobSwitch = JobSwitch(directory: locations.disabledDirectory)
    let retrying = Set(try history.pendingRetries().map(\.jobID))
    let faults = locations.scope.faults(of: jobs.map(\.config.id))
    func state(_ job: ResolvedJob) -> String {
      let id = job.config.id
      if running.contains(id) { return "running" }
      if let reason = jobSwitch.reason(id) { return "off: \(reason)" }
      if !job.config.enabled || !job.host.enabled { return "disabled" }
      let schedule = job.config.schedule
      if schedule.isOver(at: .now, in: HostZones.zone(of: schedule)) { return "ended" }
      return faults[id]?.state ?? (retrying.contains(id) ? "waiting for retry" : "waiting")
    }
    if json {
      let rows = jobs.map { job in
        JSONValue.object([
          .init("job_id", .string(job.config.id.rawValue)),
          .init("state", .string(state(job))),
          .init("enabled", .bool(job.config.enabled && job.host.enabled)),
          .init("disabled_reason", JSONValue(jobSwitch.reason(job.config.id))),
          .init("running", .bool(running.contains(job.config.id))),
          .init("schedule", .string(job.config.schedule.inWords)),
          .init("metrics", metrics[job.config.id]?.json(health[job.config.id]) ?? .null),
        ])
      }
      return Console.standardOutput(array: rows)
    }
    var table = Table(
      "JOB", "STATE", "SCHEDULE", "HEALTH", "RUNS", "FAILED", "SKIPPED", "MISSED", "LAST RUN", "LAST SUCCESS")
    for job in jobs {
      let id = job.config.id
      let metrics = metrics[id] ?? JobMetrics(jobID: id)
      table.add(
        id.rawValue, state(job), job.config.schedule.inWords, (health[id] ?? .unknown).rawValue,
        String(metrics.totalExecutions),
        String(metrics.failedExecutions), String(metrics.skippedFirings),
        metrics.missedFirings == 0
          ? "0" : "\(metrics.missedFirings) missed, \(metrics.madeUpFirings) made up",
        metrics.lastExecutionAt?.local ?? "never",
        metrics.lastSuccessAt?.local ?? "never")
    }
    table.print(otherwise: "no jobs are generated; run 'ctx7-units generate'")
    if !jobs.isEmpty { noteChanges(jobs, locations) }
  }

  private func noteChanges(_ generated: [ResolvedJob], _ locations: Locations) {
    let live = Configuration.loaded(locations, environment: ProcessInfo.processInfo.environment).configuration
    let jobs = live.map { live in live.jobs.map { ResolvedJob(config: $0, host: live.host) } }
    if jobs != generated {
      Console.standardError(
        "note: the configuration has changed since the units were made; run 'ctx7-units generate'")
    }
  }
}
