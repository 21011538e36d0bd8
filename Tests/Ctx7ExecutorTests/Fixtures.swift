import Ctx7Executor
import Ctx7History
import Ctx7Model
import Ctx7Systemd
import InMemoryLogging
import Logging
import Synchronization
import TestSupport

/// A job whose behaviour the test chooses.
struct ScriptedJob: Job {
  let body: @Sendable (JobContext) async throws -> JobReport

  init(_ body: @escaping @Sendable (JobContext) async throws -> JobReport) { self.body = body }

  func run(_ context: JobContext) async throws -> JobReport { try await body(context) }
}

let start = Timestamp(seconds: 1_790_000_000)

func jobID(_ text: String) throws -> JobID {
  struct NotAnID: Error {}
  guard let id = JobID(rawValue: text) else { throw NotAnID() }
  return id
}

/// Everything around one execution, in a directory of its own.
struct Stage {
  let history: HistoryStore
  let directory: String
  let log: InMemoryLogHandler
  var surroundings: Surroundings
  var resolved: ResolvedJob
  var trigger = ExecutionRecord.Trigger.manual
  var setting = Setting.commandLine(.none)
  var isRestart = false
  /// What the run answers.
  var request: ExecutionRequest?
  var sinks: [AlertSink] = []

  static func with(_ body: (inout Stage) async throws -> Void) async throws {
    try await withTemporaryDirectory { directory in
      try write("", to: directory + "/locks/.keep")
      try write("", to: directory + "/disabled/.keep")
      let random = Atomic<Int>(0)
      var stage = Stage(
        history: try HistoryStore(path: directory + "/jobs.sqlite"),
        directory: directory,
        log: InMemoryLogHandler(),
        surroundings: Surroundings(
          now: { start }, uptimeMilliseconds: { 5_000 },
          randomHex: { String(random.add(1, ordering: .relaxed).newValue) },
          bootedAt: { start.adding(days: -3) }, invocationID: "invocation"),
        resolved: ResolvedJob(
          config: JobConfig(
            id: try jobID("nightly"), name: "Nightly", schedule: Schedule(.interval(seconds: 60)),
            work: .maintenance),
          host: HostSettings()))
      try await body(&stage)
    }
  }

  func run(
    signals: [CInt] = [], _ body: @escaping @Sendable (JobContext) async throws -> JobReport
  ) async throws -> ExecutionResult {
    let stream = AsyncStream<CInt> { continuation in
      for signal in signals { continuation.yield(signal) }
    }
    return try await execution(body).run(signals: stream)
  }

  func execution(_ body: @escaping @Sendable (JobContext) async throws -> JobReport) -> Execution {
    let firing = Firing(resolved, trigger: trigger, isRestart: isRestart, surroundings: surroundings)
    return Execution(
      request.map(firing.answering) ?? firing,
      of: ScriptedJob(body), history: history, lockDirectory: directory + "/locks", jobSwitch: jobSwitch,
      setting: setting, surroundings: surroundings,
      reporter: Reporter(notifier: Notifier(environment: [:]), logger: logger, surroundings: surroundings),
      alerting: alerting)
  }

  var settle: Settle {
    Settle(
      history: history, lockDirectory: directory + "/locks", surroundings: surroundings, alerting: alerting)
  }

  var jobSwitch: JobSwitch { JobSwitch(directory: directory + "/disabled") }

  var alerting: Alerting {
    Alerting(history: history, journal: logger, sinks: sinks, surroundings: surroundings)
  }

  private var logger: Logger {
    var logger = Logger(label: "test") { [log] _ in log }
    logger.logLevel = .trace
    return logger
  }
}
