import ArgumentParser
import Ctx7CLI
import Ctx7Documents
import Ctx7Executor
import Ctx7History
import Ctx7Jobs
import Ctx7Model
import Ctx7Systemd
import Foundation
import Logging
import UnixSignals

extension JobExec {
  /// Runs the job once, and exits by its outcome.
  func runJob(_ id: JobID) async throws {
    let environment = ProcessInfo.processInfo.environment
    // Before anything is begun: a signal must find somebody who records it.
    let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint)
    let locations = location.locations
    let surroundings = Surroundings.real(environment: environment)
    let live = try configHash == nil ? liveJob(id, locations, environment) : nil
    try StateDirectory(locations).enter()
    let history = try HistoryStore(path: locations.historyFile)
    let resolved = try live ?? generatedJob(id, history)
    if let live { noteDifference(live, try history.job(id)) }

    let setting: Setting = environment["INVOCATION_ID"] != nil && configHash != nil ? .unit : .commandLine
    let start = setting == .unit ? UnitStart(of: id, locations.scope) : .manual
    let display = ProgressDisplay(uptimeMilliseconds: surroundings.uptimeMilliseconds)
    let reporter = Reporter(
      notifier: Notifier(environment: environment), logger: ExecutionLog.logger(), surroundings: surroundings,
      display: { if setting == .commandLine { display.show($0) } })
    let execution = Execution(
      Firing(
        resolved, trigger: start.trigger, due: try due(start, resolved.config, history),
        surroundings: surroundings),
      of: try JobRegistry(locations, history, resolved.host).job(for: resolved.config.work),
      history: history, lockDirectory: locations.lockDirectory, setting: setting, surroundings: surroundings,
      reporter: reporter)
    let result = try await execution.run(signals: signals.map { $0 == .sigint ? SIGINT : SIGTERM })
    display.clear()
    if case .skipped(let reason) = result.outcome { try retire(id, reason, locations) }
    conclude(result, setting, reporter)
    throw ExitCode(result.exitStatus.rawValue)
  }

  /// What a timer's firing stands for; a timer that nothing is known of counts as firing now.
  private func due(_ start: UnitStart, _ job: JobConfig, _ history: HistoryStore) throws -> DueFiring? {
    guard case .timer(let facts) = start else { return nil }
    let zone = try job.schedule.timeZone.map { name throws(Failure) in try HostZones.rules(name, of: job) }
    return try DueFiring.judge(
      job, facts ?? TimerFacts(triggeredAt: .now), history, in: zone ?? HostZones.host())
  }

  /// The job as the unit's version of the configuration has it.
  private func generatedJob(_ id: JobID, _ history: HistoryStore) throws -> ResolvedJob {
    guard let resolved = try history.job(id) else {
      throw Failure(.usage, "there is no job '\(id)'", hint: "run 'ctx7-units generate' to renew the units")
    }
    if resolved.hash != configHash {
      // Between a generate's writing of rows and of units: the row is the newer one, and no firing is lost.
      Console.standardError(
        "note: the unit of \(id) is older than its configuration; 'ctx7-units generate' renews it")
    }
    return resolved
  }

  /// A job that can never fire again is switched off: its timer does not start with the machine any more, until
  /// 'ctx7-units generate' meets another configuration of it.
  private func retire(_ id: JobID, _ reason: SkipReason, _ locations: Locations) throws {
    guard reason == .ended || reason == .exhausted else { return }
    let path = "\(locations.disabledDirectory)/\(id)"
    do {
      try Data("\(Locations.retirement)\(reason)\n".utf8).write(to: URL(fileURLWithPath: path))
    } catch {
      throw Failure(.ioError, "\(path) cannot be written: \(error.localizedDescription)")
    }
  }

  private func noteDifference(_ live: ResolvedJob, _ generated: ResolvedJob?) {
    guard let generated, generated != live else { return }
    Console.standardError(
      "note: the configuration of \(live.config.id) has changed since its timer was made; "
        + "'ctx7-units generate' brings the timer up to date")
  }

  private func conclude(_ result: ExecutionResult, _ setting: Setting, _ reporter: Reporter) {
    if setting == .unit || JournalLogHandler.isAvailable { reporter.conclude(result) }
    if json {
      Console.standardOutput(result.json.pretty)
    } else if setting == .commandLine {
      result.level == .error
        ? Console.standardError(result.sentence) : Console.standardOutput(result.sentence)
    }
  }
}
