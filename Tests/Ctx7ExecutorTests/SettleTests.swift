import Ctx7Executor
import Ctx7History
import Ctx7Model
import Testing

@Suite struct SettleTests {
  private func service(_ result: String, _ code: String? = nil, _ status: String? = nil) throws
    -> Settle.ServiceResult
  {
    var environment = ["SERVICE_RESULT": result]
    environment["EXIT_CODE"] = code
    environment["EXIT_STATUS"] = status
    return try #require(Settle.ServiceResult(environment: environment))
  }

  static let endings: [(String, String?, String?, ErrorClass, String)] = [
    ("signal", "killed", "KILL", .processDied, "killed by signal KILL"),
    ("core-dump", "dumped", "SEGV", .processDied, "killed by signal SEGV"),
    ("oom-kill", "killed", "KILL", .processDied, "out of memory"),
    ("watchdog", "killed", "ABRT", .processDied, "watchdog"),
    ("timeout", "killed", "TERM", .timeout, "TimeoutStartSec"),
    ("exit-code", "exited", "74", .database, "exit status 74 before it closed its execution"),
    ("exit-code", "exited", "1", .processDied, "exit status 1 before it closed its execution"),
    ("resources", nil, nil, .processDied, "systemd reports 'resources'"),
  ]

  @Test(arguments: endings)
  func `an open row is closed with the reason that systemd gives`(
    result: String, code: String?, status: String?, errorClass: ErrorClass, words: String
  ) async throws {
    try await Stage.with { stage in
      try stage.history.open(
        ExecutionRecord(
          id: "killed", jobID: jobID("nightly"), status: .running, trigger: .timer,
          startedAt: start.adding(seconds: -90), correlationID: "scheduled_1", invocationID: "invocation"))
      let settle = stage.settle
      let settled = try await settle.run(jobID("nightly"), service(result, code, status))
      #expect(settled?.id == "killed")
      let ending = try #require(try stage.history.execution("killed")?.ending)
      #expect(ending.failure?.errorClass == errorClass)
      #expect(ending.failure?.message.contains(words) == true)
      #expect(ending.durationSeconds == 90)
    }
  }

  @Test func `a main process that never ran gets its row`() async throws {
    try await Stage.with { stage in
      let settle = stage.settle
      let settled = try await settle.run(jobID("nightly"), service("exit-code", "exited", "243"))
      #expect(settled?.status == .failed)
      #expect(settled?.ending?.failure?.errorClass == .configuration)
      #expect(settled?.ending?.failure?.message.contains("credential") == true)
      // It would pull down the average by which slow executions are told.
      #expect(settled?.ending?.durationSeconds == nil)
      #expect(try stage.history.executions().count == 1)
    }
  }

  @Test func `what other runs have left open does not end as the unit does, nor hide a row that is missing`()
    async throws
  {
    try await Stage.with { stage in
      try stage.history.store([stage.resolved], at: start)
      for (id, invocation) in [("by-hand", nil), ("earlier", "older")] {
        try stage.history.open(
          ExecutionRecord(
            id: id, jobID: jobID("nightly"), status: .running, trigger: .manual,
            startedAt: start.adding(seconds: -90), correlationID: id, invocationID: invocation))
      }
      let settled = try await stage.settle.run(jobID("nightly"), service("oom-kill", "killed", "KILL"))
      #expect(settled?.invocationID == "invocation")
      #expect(settled?.ending?.failure?.message.contains("out of memory") == true)
      let byHand = try #require(try stage.history.execution("by-hand"))
      #expect(byHand.status == .failed)
      #expect(byHand.ending?.failure?.message.hasPrefix("the process ended without closing") == true)
      // The next start of the unit may try it again.
      #expect(try stage.history.openAttempts().map(\.id) == ["earlier"])
    }
  }

  @Test func `a stop that took too long is a stop, and not tried again`() async throws {
    try await Stage.with { stage in
      try stage.history.store([stage.resolved], at: start)
      var stopped = try service("timeout", "killed", "KILL")
      stopped.isStopAsked = true
      let settled = try await stage.settle.run(jobID("nightly"), stopped)
      #expect(settled?.status == .cancelled)
      #expect(settled?.ending?.failure?.message.contains("TimeoutStopSec") == true)
      #expect(try stage.history.pendingRetries().isEmpty)
      #expect(try stage.history.deadLetters().isEmpty)
    }
  }

  @Test func `what is killed while it is stopped is not restarted: by an operator it is a stop too`()
    async throws
  {
    try await Stage.with { stage in
      try stage.history.store([stage.resolved], at: start)
      for (result, status) in [("signal", ExecutionStatus.cancelled), ("oom-kill", .failed)] {
        stage.surroundings.invocationID = result
        var killed = try service(result, "killed", "KILL")
        killed.isStopAsked = true
        let settled = try await stage.settle.run(jobID("nightly"), killed)
        #expect(settled?.status == status)
        #expect(settled?.ending?.nextAttemptAt == nil)
      }
    }
  }

  @Test func `a process that refused to begin gets its row, one that leaves the work to others none`()
    async throws
  {
    try await Stage.with { stage in
      try stage.history.store([stage.resolved], at: start)
      let settle = stage.settle
      for status in ["70", "75"] {
        #expect(try await settle.run(jobID("nightly"), service("exit-code", "exited", status)) == nil)
      }
      let settled = try await settle.run(jobID("nightly"), service("exit-code", "exited", "74"))
      #expect(settled?.status == .failed)
      #expect(settled?.ending?.failure?.errorClass == .database)
      #expect(settled?.ending?.failure?.message.contains("exit status 74 before it began") == true)
    }
  }

  @Test func `a process that was stopped before it heard of it gets a row that says so`() async throws {
    try await Stage.with { stage in
      let stopped = try service("success", "killed", "TERM")
      #expect(!stopped.isSuccess)
      let settle = stage.settle
      let settled = try await settle.run(jobID("nightly"), stopped)
      #expect(settled?.status == .cancelled)
      #expect(settled?.ending?.nextAttemptAt == nil)
      #expect(try stage.history.deadLetters().isEmpty)
    }
  }

  @Test func `what a shutdown stopped before it heard of it is resumed`() async throws {
    try await Stage.with { stage in
      stage.surroundings.systemIsStopping = { true }
      let settled = try await stage.settle.run(jobID("nightly"), service("success", "killed", "TERM"))
      #expect(settled?.status == .retry)
      #expect(settled?.ending?.nextAttemptAt == start)
      let resumption = Resumption(
        history: stage.history, lockDirectory: stage.directory + "/locks",
        jobSwitch: JobSwitch(directory: stage.directory + "/disabled"))
      try stage.history.store([stage.resolved], at: start)
      #expect(try resumption.due(at: start).map(\.job) == [jobID("nightly")])
    }
  }

  @Test(arguments: [(1, true), (0, false)])
  func `what the machine's crash cut off is resumed where it may be tried again`(retries: Int, isDue: Bool)
    async throws
  {
    try await Stage.with { stage in
      stage.resolved.config.retry.maxRetries = retries
      try stage.history.store([stage.resolved], at: start)
      try stage.history.open(
        ExecutionRecord(
          id: "nightly_1", jobID: jobID("nightly"), status: .running, trigger: .timer, startedAt: start,
          correlationID: "scheduled_1", invocationID: "older"))
      let resumption = Resumption(
        history: stage.history, lockDirectory: stage.directory + "/locks",
        jobSwitch: JobSwitch(directory: stage.directory + "/disabled"))
      #expect(try resumption.due(at: start).isEmpty != isDue)
    }
  }

  @Test(arguments: [(nil, nil, true), (nil, -3600, false), (3600, nil, false)])
  func `an interval that has passed while the machine was down is run at boot, within its bounds alone`(
    begins: Int64?, ends: Int64?, isDue: Bool
  ) async throws {
    try await Stage.with { stage in
      // It divides no day, so systemd counts it from the last run.
      stage.resolved.config.schedule = Schedule(.interval(seconds: 5 * 3600))
      stage.resolved.config.schedule.startTime = begins.map { start.adding(seconds: $0) }
      stage.resolved.config.schedule.endTime = ends.map { start.adding(seconds: $0) }
      try stage.history.store([stage.resolved], at: start)
      let last = ExecutionRecord(
        id: "last", jobID: try jobID("nightly"), status: .running, trigger: .timer,
        startedAt: start.adding(seconds: -6 * 3600), correlationID: "scheduled_1")
      try stage.history.open(last)
      try stage.history.close(last, as: .completed, ExecutionRecord.Ending(completedAt: last.startedAt))
      let resumption = Resumption(
        history: stage.history, lockDirectory: stage.directory + "/locks", jobSwitch: stage.jobSwitch)
      #expect(try resumption.due(at: start).isEmpty != isDue)
    }
  }

  @Test func `the row of a run that was asked for has the ids that were told`() async throws {
    try await Stage.with { stage in
      try stage.history.request(
        ExecutionRequest(
          executionID: "nightly_told", correlationID: "ticket", jobID: jobID("nightly"), requestedAt: start))
      let settle = stage.settle
      let settled = try #require(
        try await settle.run(jobID("nightly"), service("exit-code", "exited", "243")))
      #expect(settled.id == "nightly_told")
      #expect(settled.correlationID == "ticket")
      #expect(settled.trigger == .manual)
    }
  }

  @Test func `the row of a run that was asked for has that id, also where it was to make a retry`()
    async throws
  {
    try await Stage.with { stage in
      stage.setting = .unit
      _ = try await stage.run { _ in throw JobFailure(.connection, "refused") }
      stage.surroundings.invocationID = "next"
      try stage.history.request(
        ExecutionRequest(
          executionID: "nightly_told", correlationID: "ticket", jobID: jobID("nightly"), requestedAt: start))
      let settled = try await stage.settle.run(jobID("nightly"), service("exit-code", "exited", "243"))
      #expect(settled?.id == "nightly_told")
      #expect(settled?.retryCount == 1)
    }
  }

  @Test func `an execution that closed itself is left alone`() async throws {
    try await Stage.with { stage in
      _ = try await stage.run { _ in throw JobFailure(.connection, "refused") }
      let settle = stage.settle
      let settled = try await settle.run(jobID("nightly"), service("exit-code", "exited", "75"))
      #expect(settled == nil)
      #expect(try stage.history.executions().count == 1)
    }
  }

  @Test func `the row of the process that has ended is closed, whoever has its lock by now`() async throws {
    try await Stage.with { stage in
      let killed = ExecutionRecord(
        id: "killed", jobID: try jobID("nightly"), status: .running, trigger: .timer,
        startedAt: start.adding(seconds: -90), correlationID: "scheduled_1", invocationID: "invocation")
      var byHand = stage
      byHand.surroundings.invocationID = nil
      let (history, settle) = (stage.history, stage.settle)
      let result = try service("oom-kill", "killed", "KILL")
      _ = try await byHand.run { _ in
        // It died between the look of the run by hand at what is open and its taking of the lock.
        try history.open(killed)
        let settled = try await settle.run(jobID("nightly"), result)
        #expect(settled?.id == "killed")
        return JobReport(summary: "")
      }
      #expect(try history.execution("killed")?.status == .failed)
      #expect(try history.executions().map(\.status) == [.failed, .completed])
    }
  }

  @Test func `an execution that still runs is left alone`() async throws {
    try await Stage.with { stage in
      var ended = stage
      ended.surroundings.invocationID = "another"
      let settle = ended.settle
      let result = try service("signal", "killed", "KILL")
      let outcome = try await stage.run { _ in
        let settled = try await settle.run(jobID("nightly"), result)
        #expect(settled?.invocationID == "another")
        return JobReport(summary: "")
      }.outcome
      #expect(outcome == .succeeded(JobReport(summary: "")))
    }
  }
}
