import Ctx7Alerts
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

/// One run of a job by this process, as its unit or a person asked for it.
struct JobRun {
  let id: JobID
  let locations: Locations
  let environment: [String: String]
  /// The version of the job that the unit carries; nil for one that runs as the files have it now.
  var configHash: String?
  var retry: RetryMode?
  var logLevel: Logger.Level?
  var json = false

  /// Runs the job once, and exits by its outcome.
  func run() async throws -> Never {
    // A reader of what is printed who goes away (`| head`) ends no work.
    signal(SIGPIPE, SIG_IGN)
    // Takes as long as the opening of the history, beside which it is done.
    async let trapped = UnixSignalsSequence(trapping: .sigterm, .sigint)
    let scope = locations.scope
    let setting: Setting =
      environment["INVOCATION_ID"] != nil && configHash != nil
      ? .unit : .commandLine(retry ?? .fitting(environment))
    let logger = try logger(setting)
    var surroundings = Surroundings.real(
      environment: environment, systemIsStopping: { UnitStart.systemIsStopping(scope) },
      stopTimer: { try SystemBus(scope).stop([$0.timerUnit]) },
      managerStart: { UnitStart.managerStart(scope) })
    surroundings.scope = scope
    // A shell may run in a unit as well, and its commands inherit the id.
    if setting != .unit { surroundings.invocationID = nil }
    let live = try configHash == nil ? ResolvedJob(live: id, locations, environment) : nil
    let secrets = Secrets(environment: environment, folder: locations.credentialsDirectory)
    // Only root may read what its owner, who this process becomes, is to be given.
    let credentials = Credentials(environment: environment, folder: locations.credentialsDirectory)
      .keeping(secretsOf: live?.host.alertSinks ?? [])
    try StateDirectory(locations).enter()
    let history = try HistoryStore(path: locations.historyFile)
    let resolved = try live ?? generatedJob(history)
    if let live { noteDifference(live, try history.job(id)) }

    let start = setting == .unit ? await UnitStart(of: id, locations, logger) : .byHand
    let display = ProgressDisplay(uptimeMilliseconds: surroundings.uptimeMilliseconds)
    let printOutput: @Sendable (JobOutput) -> Void = {
      $0.isError ? Console.standardError($0.line) : Console.standardOutput($0.line)
    }
    let reporter = Reporter(
      notifier: Notifier(environment: environment), logger: logger, surroundings: surroundings,
      display: { if setting != .unit { display.show($0) } },
      printOutput: setting == .unit || json ? nil : printOutput)
    // Before anything is begun: a signal must find somebody who records it.
    let signals = await trapped
    // Before the request for this run is taken: were the job impossible, nobody could answer it any more.
    let alerting = Alerting.real(history, resolved.host, surroundings, credentials)
    let job = try JobRegistry(locations, history, resolved, secrets, alerting, environment: environment)
      .job()
    let execution = Execution(
      try firing(of: resolved, start, history, surroundings), of: job, history: history,
      lockDirectory: locations.lockDirectory,
      jobSwitch: JobSwitch(directory: locations.disabledDirectory), setting: setting,
      surroundings: surroundings, reporter: reporter, alerting: alerting)
    let result = try await execution.run(signals: signals.map { $0 == .sigint ? SIGINT : SIGTERM })
    display.clear()
    MetricsExport.renew(history, resolved.host, locations)
    conclude(result, setting, reporter)
    // Closing the databases and taking everything apart leaves nothing behind that the end of the process does not.
    exit(result.exitStatus.rawValue)
  }

  /// - Throws: `Failure` for a level that is none; in a unit that costs no firing.
  private func logger(_ setting: Setting) throws(Failure) -> Logger {
    do {
      return ExecutionLog.logger(try ExecutionLog.level(logLevel, environment))
    } catch {
      guard setting == .unit else { throw error }
      let logger = ExecutionLog.logger()
      logger.warning("\(error.message); this run logs from info on", metadata: ["job_id": "\(id)"])
      return logger
    }
  }

  /// A start by hand runs under the ids that somebody was told who asked for it.
  private func firing(
    of job: ResolvedJob, _ start: UnitStart, _ history: HistoryStore, _ surroundings: Surroundings
  ) throws -> Firing {
    let request = try start.requestsSince.flatMap {
      try history.claimRequest(of: job.config.id, since: $0, at: surroundings.now())
    }
    let start = request == nil ? start : .byHand
    let isRestart = start.restarts > 0
    let firing = Firing(
      job, trigger: start.trigger, due: isRestart ? nil : try due(start, job.config, history),
      isRestart: isRestart, surroundings: surroundings)
    return request.map(firing.answering) ?? firing
  }

  /// What a timer's firing stands for; a timer that nothing is known of counts as firing now.
  private func due(_ start: UnitStart, _ job: JobConfig, _ history: HistoryStore) throws -> DueFiring? {
    guard case .timer(let facts) = start.origin else { return nil }
    let zone = try job.schedule.timeZone.map { name throws(Failure) in try HostZones.rules(name, of: job) }
    return try DueFiring.judge(
      job, facts ?? TimerFacts(triggeredAt: .now), history, in: zone ?? HostZones.host())
  }

  /// The job as the unit's version of the configuration has it.
  private func generatedJob(_ history: HistoryStore) throws -> ResolvedJob {
    guard let resolved = try history.job(id) else {
      throw Failure(.usage, "there is no job '\(id)'", hint: "run \(generate) to renew the units")
    }
    if resolved.hash != configHash {
      // Between a generate's writing of rows and of units: the row is the newer one, and no firing is lost.
      Console.standardError(
        "note: the unit of \(id) is older than its configuration; \(generate) renews it")
    }
    return resolved
  }

  private var generate: String { locations.scope.command("ctx7-units generate") }

  private func noteDifference(_ live: ResolvedJob, _ generated: ResolvedJob?) {
    guard let generated, generated != live else { return }
    Console.standardError(
      "note: the configuration of \(live.config.id) has changed since its timer was made; "
        + "\(generate) brings the timer up to date")
  }

  private func conclude(_ result: ExecutionResult, _ setting: Setting, _ reporter: Reporter) {
    if setting == .unit || JournalLogHandler.isAvailable { reporter.conclude(result) }
    if json {
      Console.standardOutput(result.json.pretty)
    } else if setting != .unit {
      result.level == .error
        ? Console.standardError(result.sentence) : Console.standardOutput(result.sentence)
    }
  }
}
