import Ctx7Executor
import Ctx7History
import Ctx7Model
import Testing

@Suite struct ReconciliationTests {
  /// A row that nobody's process holds.
  private func open(_ id: String, hoursAgo: Int64, invocation: String?, _ stage: Stage) throws {
    try stage.history.open(
      ExecutionRecord(
        id: id, jobID: stage.resolved.config.id, status: .running, trigger: .timer,
        startedAt: start.adding(seconds: -hoursAgo * 3600), correlationID: id, invocationID: invocation))
  }

  @Test func `what is dead already is not said to be stopped`() async throws {
    try await Stage.with { stage in
      try open("dead", hoursAgo: 1, invocation: nil, stage)
      let cancellation = try Cancellation(
        of: jobID("nightly"), stage.history, nil, lockDirectory: stage.directory + "/locks")
      #expect(cancellation.report == ["nothing of nightly runs or waits for a retry"])
    }
  }

  @Test func `what a unit has left is left to its retry, for as long as the job may take and an hour more`()
    async throws
  {
    try await Stage.with { stage in
      stage.resolved.config.timeoutSeconds = 3 * 3600
      try stage.history.store([stage.resolved], at: start)
      try open("just-killed", hoursAgo: 2, invocation: "a", stage)
      try open("long-dead", hoursAgo: 5, invocation: "b", stage)
      try open("by-hand", hoursAgo: 0, invocation: nil, stage)
      let reconciliation = Reconciliation(
        history: stage.history, lockDirectory: stage.directory + "/locks", alerting: stage.alerting)
      #expect(try await reconciliation.run(at: start) == 2)
      #expect(try stage.history.openAttempts().map(\.id) == ["just-killed"])
      // The second failure of a job is not news.
      #expect(try stage.history.alerts().count == 1)
      #expect(try stage.history.deadLetters().map(\.executionID).sorted() == ["by-hand", "long-dead"])
    }
  }
}
