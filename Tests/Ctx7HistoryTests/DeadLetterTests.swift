import Ctx7Database
import Ctx7History
import Ctx7Model
import GRDB
import Testing

@Suite struct DeadLetterTests {
  private func job(keeping limit: Int = 1000, enabled: Bool = true) throws -> ResolvedJob {
    ResolvedJob(
      config: JobConfig(
        id: try jobID("nightly"), name: "Nightly", schedule: Schedule(.interval(seconds: 60)),
        work: .maintenance),
      host: HostSettings(deadLetterQueueEnabled: enabled, maxFailedJobsRetention: limit))
  }

  private func fail(_ id: String, _ history: HistoryStore, _ job: ResolvedJob) throws {
    let open = try attempt(id)
    try history.open(open)
    try history.close(
      open, as: .failed, ending(after: 1, failure: JobFailure(.connection, "refused")), letterOf: job)
  }

  @Test func `a letter holds the configuration, the error and every attempt of the firing`() async throws {
    try await withHistory { history, _ in
      var first = try attempt("a")
      first.correlationID = "manual_1"
      try history.open(first)
      var retry = ending(after: 1, failure: JobFailure(.connection, "refused"))
      retry.nextAttemptAt = start.adding(seconds: 60)
      try history.close(first, as: .retry, retry, letterOf: try job())
      #expect(try history.deadLetters().isEmpty)
      #expect(try history.pendingRetries(of: jobID("nightly")).map(\.id) == ["a"])

      var second = try attempt("b", at: start.adding(seconds: 60), retry: 1)
      second.correlationID = "manual_1"
      try history.open(second, after: "a")
      #expect(try history.pendingRetries().isEmpty)
      try history.close(
        second, as: .failed, ending(after: 61, failure: JobFailure(.timeout, "slow")), letterOf: try job())
      let letter = try #require(try history.deadLetters().first)
      #expect(letter.executionID == "b")
      #expect(letter.failure == JobFailure(.timeout, "slow"))
      #expect(letter.attempts.array?.compactMap { $0["execution_id"]?.string } == ["a", "b"])
      #expect(letter.config["job_id"] == "nightly")
    }
  }

  @Test func `only the newest max_failed_jobs_retention letters are kept`() async throws {
    try await withHistory { history, _ in
      for number in 1...5 { try fail("n\(number)", history, try job(keeping: 3)) }
      #expect(try history.deadLetters().map(\.executionID) == ["n5", "n4", "n3"])
    }
  }

  @Test func `dead_letter_queue_enabled false keeps none`() async throws {
    try await withHistory { history, _ in
      try fail("a", history, try job(enabled: false))
      #expect(try history.deadLetters().isEmpty)
      #expect(try history.execution("a")?.status == .failed)
    }
  }

  @Test func `a retry that will not come becomes a failure with a letter, counted once`() async throws {
    try await withHistory { history, _ in
      let open = try attempt("a")
      try history.open(open)
      var retry = ending(after: 1, failure: JobFailure(.connection, "refused"))
      retry.nextAttemptAt = start.adding(seconds: 60)
      try history.close(open, as: .retry, retry, letterOf: try job())
      let pending = try #require(try history.pendingRetries().first)
      let (now, job) = (start.adding(seconds: 90), try job())
      #expect(try history.abandonRetry(pending, reason: "stopped", at: now, letterOf: job)?.status == .failed)
      #expect(try history.abandonRetry(pending, reason: "stopped", at: now, letterOf: job) == nil)
      #expect(try history.execution("a")?.status == .failed)
      #expect(try history.deadLetters().first?.failure.message == "refused (stopped)")
      #expect(try history.metrics().first?.failedExecutions == 1)
    }
  }

  @Test func `letters are purged one by one, by job, by age`() async throws {
    try await withHistory { history, _ in
      for number in 1...4 { try fail("n\(number)", history, try job()) }
      try history.file.write {
        try $0.execute(
          sql: """
            UPDATE background_job_dead_letters SET failed_at = failed_at - 60000 WHERE execution_id = 'n2'
            """)
      }
      let id = try #require(try history.deadLetters().first?.id)
      #expect(try history.purgeDeadLetters(id: id) == 1)
      #expect(try history.purgeDeadLetters(failedBefore: start) == 1)
      #expect(try history.deadLetters().map(\.executionID) == ["n3", "n1"])
      #expect(try history.purgeDeadLetters(of: jobID("other")) == 0)
      #expect(try history.purgeDeadLetters(of: jobID("nightly")) == 2)
    }
  }
}

@Suite struct RequestTests {
  private func request(_ id: String, _ seconds: Int64) throws -> ExecutionRequest {
    ExecutionRequest(
      executionID: id, correlationID: "manual_\(id)", jobID: try jobID("nightly"),
      requestedAt: start.adding(seconds: seconds))
  }

  @Test
  func
    `a start claims the newest request of its job, once, and those of starts that came to nothing with it`()
    async throws
  {
    try await withHistory { history, _ in
      try history.request(try request("a", 0))
      try history.request(try request("b", 1))
      #expect(try history.claimRequest(of: jobID("other"), at: start) == nil)
      let second = try request("b", 1)
      #expect(try history.claimRequest(of: jobID("nightly"), at: start.adding(seconds: 2)) == second)
      #expect(try history.claimRequest(of: jobID("nightly"), at: start.adding(seconds: 2)) == nil)
    }
  }

  @Test func `a request that no unit start has claimed for ten minutes is void`() async throws {
    try await withHistory { history, _ in
      try history.request(try request("a", 0))
      #expect(try history.claimRequest(of: jobID("nightly"), at: start.adding(seconds: 601)) == nil)
    }
  }
}
