import Ctx7Executor
import Ctx7History
import Ctx7Model
import Testing

/// Retries as systemd's `Restart=` and this process make them; no test waits, since the delays are zero.
@Suite struct RetryTests {
  private let refused = JobFailure(.connection, "refused")

  private func inUnit(_ body: (inout Stage) async throws -> Void) async throws {
    try await Stage.with { stage in
      stage.setting = .unit
      stage.trigger = .timer
      stage.resolved.config.retry = RetryPolicy(maxRetries: 2, delaySeconds: 0, maxDelaySeconds: 0)
      try await body(&stage)
    }
  }

  @Test func `a failed attempt leaves a retry row and exit status 75, until the policy gives up`()
    async throws
  {
    try await inUnit { stage in
      stage.resolved.config.retry.delaySeconds = 0
      var exits: [Ctx7Model.ExitStatus] = []
      for attempt in 0..<3 {
        stage.isRestart = attempt > 0
        exits.append(try await stage.run { [refused] _ in throw refused }.exitStatus)
      }
      #expect(exits == [.tryAgain, .tryAgain, .failure])
      let rows = try stage.history.executions().reversed()
      #expect(rows.map(\.status) == [.retry, .retry, .failed])
      #expect(rows.map(\.retryCount) == [0, 1, 2])
      #expect(Set(rows.map(\.correlationID)).count == 1)
      #expect(rows.dropFirst().allSatisfy { $0.id.hasPrefix("nightly_retry_\($0.retryCount)_") })
      let letter = try #require(try stage.history.deadLetters().first)
      #expect(letter.attempts.array?.count == 3)
      #expect(try stage.history.metrics().first?.timerFirings == 1)
      #expect(try stage.history.metrics().first?.retryRate ?? 0 > 66)
    }
  }

  @Test func `what whoever has started it starts again makes the retries too, and no more of them`()
    async throws
  {
    try await inUnit { stage in
      stage.setting = .commandLine(.service)
      stage.surroundings.invocationID = nil
      stage.trigger = .manual
      var exits: [Ctx7Model.ExitStatus] = []
      for _ in 0..<4 { exits.append(try await stage.run { [refused] _ in throw refused }.exitStatus) }
      #expect(exits == [.tryAgain, .tryAgain, .failure, .tryAgain])
      let rows = try stage.history.executions().reversed()
      #expect(rows.map(\.retryCount) == [0, 1, 2, 0])
      #expect(rows.map(\.status) == [.retry, .retry, .failed, .retry])
      #expect(Set(rows.map(\.correlationID)).count == 2)
      #expect(try stage.history.deadLetters().count == 1)
      // Nobody has come for longer than the policy waits: this start is another firing.
      stage.surroundings.now = { start.adding(seconds: 1) }
      _ = try await stage.run { [refused] _ in throw refused }
      #expect(try stage.history.executions().prefix(2).map(\.status) == [.retry, .failed])
      #expect(try stage.history.executions().first?.retryCount == 0)
      #expect(try stage.history.deadLetters().count == 2)
    }
  }

  @Test func `next_attempt_at is the policy's delay after the end`() async throws {
    try await inUnit { stage in
      stage.resolved.config.retry = RetryPolicy(delaySeconds: 60)
      let result = try await stage.run { [refused] _ in throw refused }
      #expect(result.record?.ending?.nextAttemptAt == start.adding(seconds: 60))
      #expect(result.sentence.contains("retry 1 of 3 is due \(start.adding(seconds: 60))"))
    }
  }

  @Test func `an error that is not in retry_on_errors is final at once`() async throws {
    try await inUnit { stage in
      let result = try await stage.run { _ in throw JobFailure(.content, "no text") }
      #expect(result.exitStatus == .failure)
      #expect(result.record?.status == .failed)
      #expect(try stage.history.deadLetters().count == 1)
    }
  }

  @Test func `a restart that no retry is due for does nothing and keeps the unit failed`() async throws {
    try await inUnit { stage in
      stage.isRestart = true
      let result = try await stage.run { _ in JobReport(summary: "not reached") }
      #expect(result.outcome == .skipped(.nothingToRetry))
      #expect(result.exitStatus == .failure)
      #expect(try stage.history.executions().isEmpty)
      #expect(try stage.history.metrics().isEmpty)
    }
  }

  @Test func `a retry that was due before the boot is made by the first start after it`() async throws {
    try await inUnit { stage in
      _ = try await stage.run { [refused] _ in throw refused }
      stage.surroundings.bootedAt = { start.adding(seconds: 1) }
      let result = try await stage.run { _ in JobReport(summary: "") }
      #expect(result.record?.retryCount == 1)
      #expect(result.record?.status == .completed)
      #expect(try stage.history.pendingRetries().isEmpty)
    }
  }

  @Test func `a run that somebody asked for has the id that they were told, also where it makes a retry`()
    async throws
  {
    try await inUnit { stage in
      _ = try await stage.run { [refused] _ in throw refused }
      stage.surroundings.bootedAt = { start.adding(seconds: 1) }
      stage.request = ExecutionRequest(
        executionID: "nightly_told", correlationID: "ticket", jobID: try jobID("nightly"), requestedAt: start)
      let result = try await stage.run { _ in JobReport(summary: "") }
      #expect(result.record?.id == "nightly_told")
      #expect(result.record?.retryCount == 1)
    }
  }

  @Test func `a resumption that was called off leaves a stop, and no failure`() async throws {
    try await inUnit { stage in
      stage.surroundings.systemIsStopping = { true }
      _ = try await stage.run(signals: [15]) { _ in
        try await Task.sleep(for: .seconds(600))
        return JobReport(summary: "not reached")
      }
      _ = try await stage.run { _ in JobReport(summary: "") }
      #expect(try stage.history.executions().map(\.status) == [.completed, .cancelled])
      #expect(try stage.history.deadLetters().isEmpty)
    }
  }

  @Test func `while alerts are sent, the retry after them is nobody else's`() async throws {
    try await Stage.with { stage in
      stage.setting = .commandLine(.inline)
      stage.resolved.config.retry = RetryPolicy(maxRetries: 1, delaySeconds: 0, maxDelaySeconds: 0)
      stage.surroundings.invocationID = nil
      let other = stage.execution { _ in JobReport(summary: "") }
      let alert = Alert(
        .success, .info, jobID: try jobID("nightly"), executionID: nil, message: "done", timestamp: start)
      _ = try stage.history.raise(alert, repeatSeconds: nil, sinks: ["ops"])
      stage.sinks = [
        AlertSink(name: "ops", timeoutSeconds: 5) { _, _ in
          _ = try await other.run(signals: AsyncStream<CInt> { _ in })
        }
      ]
      let result = try await stage.run { [refused] context in
        if context.retryCount == 0 { throw refused }
        return JobReport(summary: "")
      }
      #expect(result.record?.status == .completed)
      #expect(result.record?.retryCount == 1)
      #expect(try stage.history.executions().last?.status == .retry)
    }
  }

  @Test func `a retry is awaited by the unit that systemd restarts, or by the process that makes it`()
    async throws
  {
    try await Stage.with { stage in
      var record = ExecutionRecord(
        id: "a", jobID: try jobID("nightly"), status: .retry, trigger: .timer, startedAt: start,
        correlationID: "scheduled_1", invocationID: "older")
      let locks = stage.directory + "/locks"
      #expect(record.isAwaited(lockDirectory: locks, busyUnits: ["ctx7-job-nightly.service"]))
      #expect(!record.isAwaited(lockDirectory: locks, busyUnits: []))
      record.invocationID = nil
      #expect(!record.isAwaited(lockDirectory: locks, busyUnits: ["ctx7-job-nightly.service"]))
    }
  }

  @Test func `a user's manager that was started after many a sleep was started when it says so`() throws {
    let now = Surroundings.real(environment: [:]).now()
    let surroundings = Surroundings.real(
      environment: [:], managerStart: { (uptime: 0, wallClock: now.adding(seconds: -1)) })
    #expect(surroundings.bootedAt() == now.adding(seconds: -1))
  }

  @Test func `a retry whose wait was stopped is closed by the next firing`() async throws {
    try await inUnit { stage in
      _ = try await stage.run { [refused] _ in throw refused }
      let next = try await stage.run { _ in JobReport(summary: "") }
      #expect(next.record?.retryCount == 0)
      let first = try #require(try stage.history.executions().last)
      #expect(first.status == .failed)
      #expect(first.ending?.failure?.message.contains("the wait was stopped") == true)
      #expect(try stage.history.deadLetters().map(\.executionID) == [first.id])
    }
  }

  @Test func `an execution that died in a unit is tried again by the next start, under its own ids`()
    async throws
  {
    try await inUnit { stage in
      try stage.history.open(
        ExecutionRecord(
          id: "dead", jobID: jobID("nightly"), status: .running, trigger: .timer,
          startedAt: start.adding(seconds: -5), correlationID: "scheduled_dead", invocationID: "older"))
      let result = try await stage.run { _ in JobReport(summary: "") }
      #expect(result.record?.correlationID == "scheduled_dead")
      #expect(result.record?.retryCount == 1)
      #expect(try stage.history.execution("dead")?.status == .retry)
      #expect(try stage.history.openAttempts().isEmpty)
    }
  }

  @Test func `inline, this process makes all attempts`() async throws {
    try await Stage.with { stage in
      stage.setting = .commandLine(.inline)
      stage.resolved.config.retry = RetryPolicy(maxRetries: 2, delaySeconds: 0, maxDelaySeconds: 0)
      let result = try await stage.run { [refused] _ in throw refused }
      #expect(result.record?.retryCount == 2)
      #expect(result.exitStatus == .tryAgain)
      #expect(try stage.history.executions().map(\.status) == [.failed, .retry, .retry])
    }
  }

  @Test func `without retries the first failure is final`() async throws {
    try await Stage.with { stage in
      let result = try await stage.run { [refused] _ in throw refused }
      #expect(result.record?.status == .failed)
      #expect(result.exitStatus == .tryAgain)
    }
  }

  @Test(arguments: [nil, "invocation"])
  func `a timer's firing beside a retry that was due for no instant of the schedule answers for its own`(
    invocation: String?
  ) async throws {
    try await Stage.with { stage in
      let byHand = ExecutionRecord(
        id: "by-hand", jobID: try jobID("nightly"), status: .running, trigger: .manual, startedAt: start,
        correlationID: "manual_1", invocationID: invocation)
      try stage.history.open(byHand)
      let ending = ExecutionRecord.Ending(
        completedAt: start, failure: refused, nextAttemptAt: start.adding(days: 1))
      try stage.history.close(byHand, as: .retry, ending)
      let facts = TimerFacts(triggeredAt: start.adding(seconds: 600))
      let due = try DueFiring.judge(stage.resolved.config, facts, stage.history, in: .utc)
      #expect(due?.scheduledFor == start.adding(seconds: 580))
    }
  }

  @Test func `SIGTERM while an inline wait goes on ends it as a failure`() async throws {
    try await Stage.with { stage in
      stage.setting = .commandLine(.inline)
      stage.resolved.config.retry = RetryPolicy(maxRetries: 2, delaySeconds: 600)
      let history = stage.history
      let execution = stage.execution { [refused] _ in throw refused }
      let result = try await execution.run(
        signals: AsyncStream<CInt> {
          while (try? history.pendingRetries().isEmpty) ?? true {
            guard (try? await Task.sleep(for: .milliseconds(5))) != nil else { return nil }
          }
          return 15
        })
      #expect(result.outcome == .cancelled(signal: 15))
      #expect(result.sentence == "nightly cancelled while it waited: stopped by SIGTERM")
      #expect(result.exitStatus == .terminated)
      #expect(try stage.history.executions().map(\.status) == [.failed])
    }
  }

  @Test func `a shutdown in the middle of the work leaves it due at the next boot`() async throws {
    try await inUnit { stage in
      stage.surroundings.systemIsStopping = { true }
      stage.resolved.config.retry.maxRetries = 0
      let result = try await stage.run(signals: [15]) { _ in
        try await Task.sleep(for: .seconds(600))
        return JobReport(summary: "not reached")
      }
      #expect(result.outcome == .interrupted)
      #expect(result.exitStatus == .terminated)
      #expect(try stage.history.pendingRetries().count == 1)
      #expect(try stage.history.deadLetters().isEmpty)
    }
  }

  @Test func `what a shutdown interrupts costs neither a retry nor a firing`() async throws {
    try await inUnit { stage in
      stage.resolved.config.retry.maxRetries = 1
      stage.resolved.config.schedule.maxExecutions = 1
      stage.surroundings.systemIsStopping = { true }
      _ = try await stage.run(signals: [15]) { _ in
        try await Task.sleep(for: .seconds(600))
        return JobReport(summary: "not reached")
      }
      stage.surroundings.systemIsStopping = { false }
      stage.surroundings.bootedAt = { start.adding(seconds: 1) }
      let resumed = try await stage.run { [refused] _ in throw refused }
      #expect(resumed.record?.status == .retry)
      #expect(resumed.record?.retryCount == 0)
      #expect(try stage.history.metrics().first?.consecutiveFailures == 1)
      #expect(try stage.history.metrics().first?.timerFirings == 1)
      let retried = try await stage.run { [refused] _ in throw refused }
      #expect(retried.record?.status == .failed)
      #expect(retried.record?.retryCount == 1)
      #expect(try stage.history.deadLetters().first?.attempts.array?.count == 3)
    }
  }

  static let exits: [(Outcome, Setting, Bool, Ctx7Model.ExitStatus)] = [
    (.failed(JobFailure(.connection, ""), nil), .unit, true, .tryAgain),
    (.failed(JobFailure(.connection, ""), nil), .unit, false, .failure),
    (.failed(JobFailure(.connection, ""), nil), .commandLine(.none), false, .tryAgain),
    (.failed(JobFailure(.configuration, ""), nil), .unit, false, .badConfig),
    (.failed(JobFailure(.database, ""), nil), .unit, false, .ioError),
    (.timedOut(seconds: 1), .unit, true, .tryAgain),
    (.timedOut(seconds: 1), .unit, false, .failure),
    (.cancelled(signal: 2), .unit, false, .interrupted),
    (.cancelled(signal: 15), .unit, false, .terminated),
    (.interrupted, .unit, true, .terminated),
    (.skipped(.alreadyRunning), .unit, false, .success),
    (.skipped(.alreadyRunning), .unit, true, .tryAgain),
    (.skipped(.queueFull), .commandLine(.none), false, .tryAgain),
    (.failed(JobFailure(.connection, ""), nil), .commandLine(.service), false, .failure),
    (.failed(JobFailure(.connection, ""), nil), .commandLine(.service), true, .tryAgain),
    (.skipped(.nothingToRetry), .unit, false, .failure),
    (.skipped(.switchedOff(SwitchedOff(reason: "x"))), .unit, false, .success),
  ]

  @Test(arguments: exits)
  func `the exit status follows from the outcome, the setting and the row`(
    outcome: Outcome, setting: Setting, retryIsDue: Bool, exit: Ctx7Model.ExitStatus
  ) {
    #expect(outcome.exitStatus(RetryPolicy(), in: setting, retryIsDue: retryIsDue) == exit)
  }
}
