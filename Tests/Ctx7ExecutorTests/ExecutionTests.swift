import Ctx7Executor
import Ctx7History
import Ctx7Model
import InMemoryLogging
import Logging
import Testing

@Suite struct ExecutionTests {
  @Test func `a job that succeeds leaves a completed row with its numbers`() async throws {
    try await Stage.with { stage in
      let result = try await stage.run { _ in
        JobReport(recordsProcessed: 3, recordsFailed: 0, summary: "3 done", result: ["done": 3])
      }
      #expect(result.exitStatus == .success)
      let record = try #require(try stage.history.executions().first)
      #expect(record == result.record)
      #expect(record.status == .completed)
      #expect(record.ending?.recordsProcessed == 3)
      #expect(record.ending?.result == ["done": 3])
      #expect(record.ending?.memoryMB ?? 0 > 1)
      #expect(record.invocationID == "invocation")
      #expect(record.id == "nightly_1")
      #expect(record.correlationID == "manual_2")
    }
  }

  @Test func `the row is there, running, while the job works`() async throws {
    try await Stage.with { stage in
      let history = stage.history
      _ = try await stage.run { _ in
        let open = try history.openAttempts()
        #expect(open.map(\.status) == [.running])
        return JobReport(summary: "")
      }
    }
  }

  @Test func `what a job throws is a failure with its class, never a success`() async throws {
    try await Stage.with { stage in
      let result = try await stage.run { _ in throw JobFailure(.connection, "refused") }
      #expect(result.outcome == .failed(JobFailure(.connection, "refused"), nil))
      #expect(result.exitStatus == .tryAgain)
      let record = try #require(try stage.history.executions().first)
      #expect(record.status == .failed)
      #expect(record.ending?.failure == JobFailure(.connection, "refused"))
      #expect(try stage.history.metrics().first?.failedExecutions == 1)
    }
  }

  @Test func `an error that nobody foresaw is a defect, and its type is kept`() async throws {
    struct Surprise: Error {}
    try await Stage.with { stage in
      _ = try await stage.run { _ in throw Surprise() }
      let failure = try #require(try stage.history.executions().first?.ending?.failure)
      #expect(failure.errorClass == .unexpected)
      #expect(failure.details == ["error_type": "Surprise"])
    }
  }

  @Test func `a report with failed records is a failure with its counts`() async throws {
    try await Stage.with { stage in
      let result = try await stage.run { _ in
        JobReport(
          recordsProcessed: 8, recordsFailed: 2, summary: "",
          failure: JobFailure(.content, "2 documents failed"))
      }
      #expect(result.exitStatus == .failure)
      let ending = try #require(try stage.history.executions().first?.ending)
      #expect(ending.recordsProcessed == 8)
      #expect(ending.recordsFailed == 2)
      #expect(ending.failure?.message == "2 documents failed")
    }
  }

  @Test(arguments: [(CInt(15), Ctx7Model.ExitStatus.terminated), (2, .interrupted)])
  func `a signal cancels the work, and the row says so`(signal: CInt, exit: Ctx7Model.ExitStatus) async throws
  {
    try await Stage.with { stage in
      let result = try await stage.run(signals: [signal]) { _ in
        try await Task.sleep(for: .seconds(600))
        return JobReport(summary: "not reached")
      }
      #expect(result.outcome == .cancelled(signal: signal))
      #expect(result.exitStatus == exit)
      #expect(try stage.history.executions().map(\.status) == [.cancelled])
      #expect(try stage.history.executions().first?.ending?.failure?.errorClass == .cancelled)
      #expect(try stage.history.metrics().first?.cancelledExecutions == 1)
    }
  }

  @Test func `the deadline ends the work as a time-out`() async throws {
    try await Stage.with { stage in
      stage.resolved.config.timeoutSeconds = 0
      let result = try await stage.run { _ in
        try await Task.sleep(for: .seconds(600))
        return JobReport(summary: "not reached")
      }
      #expect(result.outcome == .timedOut(seconds: 0))
      #expect(result.exitStatus == .tryAgain)
      #expect(try stage.history.executions().first?.ending?.failure?.errorClass == .timeout)
      #expect(try stage.history.metrics().first?.timedOutExecutions == 1)
    }
  }

  @Test(arguments: [(Setting.unit, Ctx7Model.ExitStatus.success), (.commandLine(.none), .tryAgain)])
  func `a second execution is skipped and counted while the first one runs`(
    setting: Setting, exit: Ctx7Model.ExitStatus
  )
    async throws
  {
    try await Stage.with { stage in
      stage.setting = setting
      let second = stage.execution { _ in JobReport(summary: "not reached") }
      let first = try await stage.run { _ in
        let result = try await second.run(signals: AsyncStream<CInt> { _ in })
        #expect(result.outcome == .skipped(.alreadyRunning))
        #expect(result.exitStatus == exit)
        #expect(result.record == nil)
        return JobReport(summary: "")
      }
      #expect(first.exitStatus == .success)
      #expect(try stage.history.executions().count == 1)
      #expect(try stage.history.metrics().first?.skippedFirings == 1)
    }
  }

  @Test func `as many executions of a job run at once as its configuration allows`() async throws {
    try await Stage.with { stage in
      stage.resolved.config.maxConcurrentExecutions = 2
      let second = stage.execution { _ in JobReport(summary: "second") }
      let result = try await stage.run { _ in
        let result = try await second.run(signals: AsyncStream<CInt> { _ in })
        #expect(result.record?.slot == 1)
        return JobReport(summary: "first")
      }
      #expect(result.record?.slot == 0)
      #expect(try stage.history.metrics().first?.successfulExecutions == 2)
    }
  }

  @Test func `a row that a dead process left open is closed by the next execution`() async throws {
    try await Stage.with { stage in
      try stage.history.open(
        ExecutionRecord(
          id: "dead", jobID: jobID("nightly"), status: .running, trigger: .manual, startedAt: start,
          correlationID: "manual_dead"))
      _ = try await stage.run { _ in JobReport(summary: "") }
      let dead = try #require(try stage.history.execution("dead"))
      #expect(dead.status == .failed)
      #expect(dead.ending?.failure?.errorClass == .processDied)
      #expect(dead.ending?.durationSeconds == nil)
    }
  }

  @Test func `a service that is turned off skips every firing with a message`() async throws {
    try await Stage.with { stage in
      stage.resolved.host.enabled = false
      let result = try await stage.run { _ in JobReport(summary: "not reached") }
      #expect(result.outcome == .skipped(.serviceDisabled))
      #expect(result.exitStatus == .success)
      #expect(result.sentence.hasPrefix("nightly skipped: "))
      #expect(result.sentence.contains("BG_JOBS_ENABLED=false"))
    }
  }

  @Test(arguments: [(ExecutionRecord.Trigger.timer, true), (.manual, false)])
  func `a disabled job is skipped when its timer fires it, not when a person does`(
    trigger: ExecutionRecord.Trigger, skipped: Bool
  ) async throws {
    try await Stage.with { stage in
      stage.resolved.config.enabled = false
      stage.trigger = trigger
      let result = try await stage.run { _ in JobReport(summary: "") }
      #expect((result.outcome == .skipped(.jobDisabled)) == skipped)
    }
  }

  @Test(
    arguments: [
      (-10, SkipReason.notYetDue), (0, nil), (100, nil), (101, .ended),
    ] as [(Int64, SkipReason?)])
  func `a timer's firing outside start_time and end_time does nothing`(seconds: Int64, reason: SkipReason?)
    async throws
  {
    try await Stage.with { stage in
      stage.trigger = .timer
      stage.resolved.config.schedule.startTime = start.adding(seconds: -seconds)
      stage.resolved.config.schedule.endTime = start.adding(seconds: 100 - seconds)
      let result = try await stage.run { _ in JobReport(summary: "") }
      #expect(result.outcome == reason.map(Outcome.skipped) ?? .succeeded(JobReport(summary: "")))
    }
  }

  @Test func `the timer fires max_executions times; runs by hand are not counted`() async throws {
    try await Stage.with { stage in
      stage.resolved.config.schedule.maxExecutions = 2
      stage.trigger = .manual
      _ = try await stage.run { _ in JobReport(summary: "") }
      stage.trigger = .timer
      for _ in 0..<2 {
        let result = try await stage.run { _ in JobReport(summary: "") }
        #expect(result.exitStatus == .success)
        #expect(result.record != nil)
      }
      let third = try await stage.run { _ in JobReport(summary: "") }
      #expect(third.outcome == .skipped(.exhausted))
      stage.trigger = .manual
      let byHand = try await stage.run { _ in JobReport(summary: "") }
      #expect(byHand.record != nil)
    }
  }

  @Test func `PIPELINE_METRICS lines carry their step and ids as fields`() async throws {
    try await Stage.with { stage in
      _ = try await stage.run { context in
        context.emit(
          PipelineMetrics(
            "document_refresh_job_start",
            ["correlation_id": .text(context.correlationID), "job_id": .text(context.jobID.rawValue)]))
        return JobReport(summary: "")
      }
      let entry = try #require(
        stage.log.entries.first { $0.metadata["step"] == "document_refresh_job_start" })
      #expect(
        entry.message.description
          == #"PIPELINE_METRICS: step=document_refresh_job_start correlation_id="manual_2" job_id="nightly""#)
      #expect(entry.metadata["job_id"] == "nightly")
      #expect(entry.metadata["correlation_id"] == "manual_2")
    }
  }
}
