import Ctx7History
import Ctx7Model
import Testing

@Suite struct MetricsTests {
  private func record(
    _ history: HistoryStore, _ id: String, _ status: ExecutionStatus, _ end: ExecutionRecord.Ending,
    retryOf first: String? = nil
  ) throws {
    var open = try attempt(id, retry: first == nil ? 0 : 1)
    if let first { open.correlationID = "manual_\(first)" }
    try history.open(open, after: first)
    try history.close(open, as: status, end)
  }

  @Test func `every column is filled from what was measured`() async throws {
    try await withHistory { history, _ in
      try record(history, "a", .completed, ending(after: 2, processed: 10, failed: 1, memory: 40))
      var late = ending(after: 4, failure: JobFailure(.timeout, "late"), memory: 60)
      late.nextAttemptAt = start.adding(seconds: 60)
      try record(history, "b", .retry, late)
      try record(
        history, "c", .failed, ending(after: 6, failure: JobFailure(.connection, "refused"), memory: 50),
        retryOf: "b")
      try record(history, "d", .cancelled, ending(after: 8, processed: 5, memory: 50))
      let metrics = try #require(try history.metrics(of: jobID("nightly")))
      #expect(metrics.totalExecutions == 4)
      #expect(metrics.successfulExecutions == 1)
      #expect(metrics.failedExecutions == 2)
      #expect(metrics.timedOutExecutions == 1)
      #expect(metrics.cancelledExecutions == 1)
      #expect(metrics.averageDurationSeconds == 5)
      #expect(metrics.minDurationSeconds == 2)
      #expect(metrics.maxDurationSeconds == 8)
      #expect(metrics.totalRecordsProcessed == 15)
      #expect(metrics.totalRecordsFailed == 1)
      #expect(metrics.averageMemoryMB == 50)
      #expect(metrics.peakMemoryMB == 60)
      #expect(metrics.averageCPUPercent == 50)
      #expect(metrics.errorRate == 50)
      #expect(metrics.retryRate == 25)
      #expect(metrics.lastSuccessAt == start.adding(seconds: 2))
      #expect(metrics.lastFailureAt == start.adding(seconds: 6))
      #expect(metrics.consecutiveFailures == 2)
    }
  }

  @Test func `the latest twenty attempts that have ended are counted, a resumed one as no failure`()
    async throws
  {
    try await withHistory { history, _ in
      let id = try jobID("nightly")
      let failed = ending(after: 1, failure: JobFailure(.connection, "refused"))
      for number in 0..<5 { try record(history, "old\(number)", .failed, failed) }
      for number in 0..<17 { try record(history, "new\(number)", .completed, ending(after: 1)) }
      var interrupted = ending(after: 1, failure: JobFailure(.cancelled, "interrupted"))
      interrupted.nextAttemptAt = start
      try record(history, "interrupted", .retry, interrupted)
      try history.open(try attempt("open"))
      let recent = try #require(try history.recentAttempts(of: [id])[id])
      #expect(recent.ended == 20)
      #expect(recent.failed == 2)
      #expect(recent.errorRate(reaching: 10) == 10)
      #expect(recent.errorRate(reaching: 11) == nil)
    }
  }

  @Test func `an attempt that nobody measured does not spoil the averages`() async throws {
    try await withHistory { history, _ in
      try record(history, "a", .completed, ending(after: 3, memory: 40))
      var unmeasured = ending(after: 1, failure: JobFailure(.processDied, "killed"))
      unmeasured.durationSeconds = nil
      try record(history, "b", .failed, unmeasured)
      let metrics = try #require(try history.metrics().first)
      #expect(metrics.totalExecutions == 2)
      #expect(metrics.averageDurationSeconds == 3)
      #expect(metrics.averageMemoryMB == 40)
    }
  }

  @Test func `an average is over the attempts that have its figure`() async throws {
    try await withHistory { history, _ in
      for id in ["a", "b", "c"] { try record(history, id, .completed, ending(after: 3)) }
      try record(history, "d", .completed, ending(after: 3, memory: 40))
      try record(history, "e", .completed, ending(after: 3, memory: 60))
      let metrics = try #require(try history.metrics().first)
      #expect(metrics.averageMemoryMB == 50)
      #expect(metrics.averageCPUPercent == 50)
    }
  }

  @Test func `what a shutdown interrupts is no failure`() async throws {
    try await withHistory { history, _ in
      var interrupted = ending(after: 3, failure: Outcome.interrupted.failure)
      interrupted.nextAttemptAt = start
      try record(history, "a", .retry, interrupted)
      let metrics = try #require(try history.metrics().first)
      #expect(metrics.consecutiveFailures == 0)
      #expect(metrics.failedExecutions == 0)
      #expect(metrics.cancelledExecutions == 1)
    }
  }

  @Test func `a program that claims to have done more than there are numbers stops nothing`() async throws {
    try await withHistory { history, _ in
      for id in ["a", "b"] {
        try record(history, id, .completed, ending(after: 1, processed: .max, failed: .max))
      }
      let metrics = try #require(try history.metrics().first)
      #expect(metrics.totalRecordsProcessed == .max)
      #expect(metrics.totalRecordsFailed == .max)
    }
  }

  @Test func `the latest execution is the one that began last, also where attempts overlap`() async throws {
    try await withHistory { history, _ in
      let (long, short) = (try attempt("long"), try attempt("short", at: start.adding(seconds: 60)))
      for open in [long, short] { try history.open(open) }
      try history.close(short, as: .completed, ending(after: 70))
      try history.close(long, as: .completed, ending(after: 100))
      #expect(try history.metrics().first?.lastExecutionAt == short.startedAt)
      // The clock was ahead when it began, and was set back.
      let ahead = try attempt("ahead", at: start.adding(days: 900))
      let next = try attempt("next", at: start.adding(seconds: 200))
      for open in [ahead, next] {
        try history.open(open)
        try history.close(open, as: .completed, ending(after: 210))
      }
      #expect(try history.metrics().first?.lastExecutionAt == next.startedAt)
    }
  }

  @Test func `a success ends the row of failures`() async throws {
    try await withHistory { history, _ in
      try record(history, "f", .failed, ending(after: 1, failure: JobFailure(.connection, "refused")))
      try record(history, "ok", .completed, ending(after: 1))
      #expect(try history.metrics().first?.consecutiveFailures == 0)
    }
  }

  @Test func `a skipped firing is counted and is no execution`() async throws {
    try await withHistory { history, _ in
      try history.countSkipped(jobID("nightly"), at: start)
      try history.countSkipped(jobID("nightly"), at: start)
      let metrics = try #require(try history.metrics().first)
      #expect(metrics.skippedFirings == 2)
      #expect(metrics.totalExecutions == 0)
    }
  }
}
