import Ctx7Database
import Ctx7Model
import GRDB
import Testing

@testable import Ctx7History

@Suite struct AlertTests {
  private func alert(
    at seconds: Int64, _ kind: Alert.Kind = .failure, _ severity: Alert.Severity = .error
  ) throws -> Alert {
    Alert(
      kind, severity, jobID: try jobID("nightly"), executionID: "a", message: "it failed", details: ["n": 1],
      timestamp: start.adding(seconds: seconds))
  }

  @Test func `a condition is told of when it begins, and again after repeat_hours`() async throws {
    try await withHistory { history, _ in
      let told = try [0, 10, 3599, 3600, 3601].map { seconds in
        try history.raise(try alert(at: seconds), repeatSeconds: 3600, sinks: []) != nil
      }
      #expect(told == [true, false, false, true, false])
      #expect(try history.alerts().count == 2)
      var first = try alert(at: 0)
      first.id = 1
      #expect(try history.alerts().last?.alert == first)
    }
  }

  @Test func `a condition that gets worse is told of at once, one that gets better is not`() async throws {
    try await withHistory { history, _ in
      let severities: [Alert.Severity] = [.error, .error, .critical, .error, .critical]
      let told = try severities.enumerated().map { second, severity in
        try history.raise(try alert(at: Int64(second), .failure, severity), repeatSeconds: 3600, sinks: [])
          != nil
      }
      #expect(told == [true, false, true, false, false])
    }
  }

  @Test func `with repeat_hours 0 a condition is told of once`() async throws {
    try await withHistory { history, _ in
      let told = try [0, 1, 1_000_000].map { seconds in
        try history.raise(try alert(at: seconds), repeatSeconds: 0, sinks: []) != nil
      }
      #expect(told == [true, false, false])
    }
  }

  @Test func `a condition that has ended is told of when it comes back`() async throws {
    try await withHistory { history, _ in
      let (first, second) = (try alert(at: 0), try alert(at: 1))
      #expect(try history.raise(first, repeatSeconds: 3600, sinks: []) != nil)
      #expect(try history.resolve([.failure, .degradation], of: jobID("nightly")) == [.failure])
      #expect(try history.resolve([.failure], of: jobID("nightly")) == [])
      #expect(try history.raise(second, repeatSeconds: 3600, sinks: []) != nil)
    }
  }

  @Test(arguments: [("alerts", "alert_id"), ("dead_letters", "dead_letter_id")])
  func `what is listed of one job is found by an index, in its order`(table: String, key: String) async throws
  {
    try await withHistory { history, _ in
      let filter = JobFilter(try jobID("nightly"))
      let plan = try history.file.read { database in
        try Row.fetchAll(
          database,
          sql: "EXPLAIN QUERY PLAN SELECT * FROM background_job_\(table) \(filter.sql) ORDER BY \(key) DESC",
          arguments: filter.arguments
        ).map { $0["detail"] as String }
      }
      #expect(plan == ["SEARCH background_job_\(table) USING INDEX \(table)_by_job (job_id=?)"])
    }
  }

  @Test func `events are told of each time`() async throws {
    try await withHistory { history, _ in
      for second in 0..<3 {
        let id = try history.raise(try alert(at: Int64(second), .success), repeatSeconds: nil, sinks: [])
        #expect(id != nil)
      }
    }
  }

  @Test func `a delivery is tried by one process at a time until the sink takes it`() async throws {
    try await withHistory { history, _ in
      let id = try #require(try history.raise(try alert(at: 0), repeatSeconds: 60, sinks: ["ops"]))
      #expect(try history.dueAlerts(at: start).map(\.id) == [id])
      #expect(try history.beginDelivery(id, to: "ops", at: start, patienceSeconds: 60) == 1)
      #expect(try history.beginDelivery(id, to: "ops", at: start, patienceSeconds: 60) == nil)
      #expect(try history.dueAlerts(at: start).isEmpty)
      let later = start.adding(seconds: 300)
      try history.failDelivery(id, to: "ops", error: "refused", nextAttemptAt: later)
      #expect(try history.alerts().first?.deliveries.first?.state == "pending")
      #expect(try history.beginDelivery(id, to: "ops", at: later, patienceSeconds: 60) == 2)
      try history.completeDelivery(id, to: "ops", at: later)
      let delivery = try #require(try history.alerts().first?.deliveries.first)
      #expect(delivery.state == "delivered")
      #expect(delivery.attempts == 2)
      #expect(try history.dueAlerts(at: later.adding(days: 1)).isEmpty)
    }
  }

  @Test func `a delivery that is given up stays in the list as failed`() async throws {
    try await withHistory { history, _ in
      let id = try #require(try history.raise(try alert(at: 0), repeatSeconds: 60, sinks: ["ops"]))
      _ = try history.beginDelivery(id, to: "ops", at: start, patienceSeconds: 60)
      try history.failDelivery(id, to: "ops", error: "404 Not Found", nextAttemptAt: nil)
      #expect(try history.alerts().first?.deliveries.first?.state == "failed")
      #expect(try history.alerts().first?.deliveries.first?.lastError == "404 Not Found")
      #expect(try history.deleteAlerts(createdBefore: start.adding(seconds: 1)) == 1)
      #expect(try history.alerts().isEmpty)
    }
  }
}
