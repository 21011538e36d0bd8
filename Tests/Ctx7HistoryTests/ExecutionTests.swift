import Ctx7Database
import Ctx7History
import Ctx7Model
import Testing

@Suite struct ExecutionTests {
  @Test func `an open attempt is there before its work begins`() async throws {
    try await withHistory { history, _ in
      try history.open(try attempt("a"))
      #expect(try history.openAttempts().map(\.id) == ["a"])
      #expect(try history.execution("a")?.ending == nil)
    }
  }

  @Test func `a closed attempt comes back as it was written`() async throws {
    try await withHistory { history, _ in
      let open = try attempt("a", invocation: "0123")
      try history.open(open)
      let failure = JobFailure(
        .timeout, "too \"slow\"\n", causes: [JobFailure(.connection, "a"), JobFailure(.timeout, "b")])
      var end = ending(after: 1.5, failure: failure, processed: 3, failed: 1)
      end.result = ["summary": ["total": 4]]
      #expect(try history.close(open, as: .failed, end) != nil)
      var expected = open
      expected.status = .failed
      expected.ending = end
      #expect(try history.execution("a") == expected)
      #expect(try history.openAttempts().isEmpty)
      #expect(try history.hasExecution(invocationID: "0123"))
    }
  }

  @Test func `an attempt is closed and counted once`() async throws {
    try await withHistory { history, _ in
      let open = try attempt("a")
      try history.open(open)
      #expect(try history.close(open, as: .completed, ending(after: 1)) != nil)
      #expect(
        try history.close(open, as: .failed, ending(after: 2, failure: JobFailure(.processDied, ""))) == nil
      )
      #expect(try history.execution("a")?.status == .completed)
      #expect(try history.metrics().map(\.totalExecutions) == [1])
    }
  }

  @Test func `the newest attempts come first, a page at a time, of one job or of all`() async throws {
    try await withHistory { history, _ in
      for number in 0..<5 {
        try history.open(
          try attempt(
            "n\(number)", of: number == 2 ? "other" : "nightly", at: start.adding(seconds: Int64(number))))
      }
      #expect(try history.executions().map(\.id) == ["n4", "n3", "n2", "n1", "n0"])
      #expect(try history.executions(of: jobID("nightly"), limit: 2, offset: 1).map(\.id) == ["n3", "n1"])
    }
  }

  @Test func `what is the latest does not hang on a clock that was set back`() async throws {
    try await withHistory { history, _ in
      for (number, time) in [start.adding(days: 900), start].enumerated() {
        var open = try attempt("check\(number)", at: time, retry: number)
        open.correlationID = "manual_1"
        try history.open(open)
        var end = ending(after: 1)
        end.result = ["health_checks": [:]]
        try history.close(open, as: .completed, end)
      }
      #expect(try history.attempts(correlationID: "manual_1").map(\.id) == ["check0", "check1"])
      #expect(try history.latestHealthCheck(of: [jobID("nightly")])?.id == "check1")
      #expect(try history.latestHealthCheck(of: [])?.id == "check1")
    }
  }

  @Test func `the schema refuses a failed attempt without an error and a closed one without a time`()
    async throws
  {
    try await withHistory { history, _ in
      let open = try attempt("a")
      try history.open(open)
      #expect(throws: StorageError.self) { try history.close(open, as: .failed, ending(after: 1)) }
      #expect(try history.openAttempts().map(\.id) == ["a"])
      #expect(try history.metrics().isEmpty)
    }
  }

  @Test func `retention deletes by completion time, in batches, and never an open attempt`() async throws {
    try await withHistory { history, _ in
      for number in 0..<7 {
        let open = try attempt("old\(number)")
        try history.open(open)
        try history.close(open, as: .completed, ending(after: 1))
      }
      try history.open(try attempt("open"))
      let young = try attempt("young")
      try history.open(young)
      try history.close(young, as: .completed, ending(after: 100))
      #expect(try await history.deleteExecutions(completedBefore: start.adding(seconds: 50), batch: 3) == 7)
      #expect(Set(try history.executions().map(\.id)) == ["open", "young"])
      #expect(try history.metrics().first?.totalExecutions == 8)
    }
  }

  @Test func `retention that is told to stop begins no further batch`() async throws {
    try await withHistory { history, _ in
      let old = try attempt("old")
      try history.open(old)
      try history.close(old, as: .completed, ending(after: 1))
      let stopped = Task {
        withUnsafeCurrentTask { $0?.cancel() }
        return try await history.deleteExecutions(completedBefore: start.adding(days: 2))
      }
      await #expect(throws: CancellationError.self) { try await stopped.value }
      #expect(try history.executions().map(\.id) == ["old"])
    }
  }

  @Test func `the retry of a job's unit is not that of a run by hand`() async throws {
    try await withHistory { history, _ in
      for (id, invocation) in [("unit", "1"), ("by-hand", nil)] {
        let open = try attempt(id, invocation: invocation)
        try history.open(open)
        var failed = ending(after: 1, failure: JobFailure(.connection, "refused"))
        failed.nextAttemptAt = start.adding(days: 7)
        try history.close(open, as: .retry, failed)
      }
      #expect(try history.retryOfUnit(of: jobID("nightly"))?.id == "unit")
    }
  }

  @Test func `retention leaves an attempt whose retry has not begun`() async throws {
    try await withHistory { history, _ in
      for id in ["waits", "retried"] {
        let open = try attempt(id)
        try history.open(open)
        var failed = ending(after: 1, failure: JobFailure(.connection, "refused"))
        failed.nextAttemptAt = start.adding(days: 7)
        try history.close(open, as: .retry, failed)
      }
      try history.open(try attempt("second", retry: 1), after: "retried")
      #expect(try await history.deleteExecutions(completedBefore: start.adding(days: 2)) == 1)
      #expect(try history.pendingRetries().map(\.id) == ["waits"])
    }
  }
}
