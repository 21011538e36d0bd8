import Ctx7Executor
import Ctx7History
import Ctx7Model
import InMemoryLogging
import Synchronization
import Testing

/// Which endings are told, to whom, and how often.
@Suite struct AlertingTests {
  private struct Refused: Error, CustomStringConvertible {
    let description = "HTTP 500"
  }

  private final class Inbox: Sendable {
    let alerts = Mutex<[Alert]>([])
    let isBroken = Mutex(false)

    var kinds: [Alert.Kind] { alerts.withLock { $0.map(\.kind) } }

    var sink: AlertSink {
      AlertSink(name: "ops", timeoutSeconds: 5) { [self] alert, _ in
        if isBroken.withLock({ $0 }) { throw Refused() }
        alerts.withLock { $0.append(alert) }
      }
    }
  }

  private func withInbox(_ body: (inout Stage, Inbox) async throws -> Void) async throws {
    try await Stage.with { stage in
      let inbox = Inbox()
      stage.sinks = [inbox.sink]
      try await body(&stage, inbox)
    }
  }

  private let failing: @Sendable (JobContext) async throws -> JobReport = { _ in
    throw JobFailure(.content, "no text")
  }
  private let succeeding: @Sendable (JobContext) async throws -> JobReport = { _ in JobReport(summary: "") }

  @Test func `a failure is told once, and its end`() async throws {
    try await withInbox { stage, inbox in
      for _ in 0..<2 { _ = try await stage.run(failing) }
      for _ in 0..<2 { _ = try await stage.run(succeeding) }
      _ = try await stage.run(failing)
      #expect(inbox.kinds == [.failure, .recovery, .failure])
      let first = try #require(inbox.alerts.withLock { $0.first })
      #expect(first.message == "nightly failed: no text")
      #expect(first.severity == .error)
      #expect(first.details["error_class"] == "ContentError")
      #expect(first.executionID == "nightly_1")
      #expect(first.id == 1)
    }
  }

  @Test func `what a process has no means to send is left to the next, and is no failed delivery`()
    async throws
  {
    try await withInbox { stage, inbox in
      stage.sinks = [
        AlertSink(name: "ops", timeoutSeconds: 5, obstacle: { "no key" }, send: { _, _ in throw Refused() })
      ]
      _ = try await stage.run(failing)
      stage.sinks = [inbox.sink]
      _ = try await stage.run(failing)
      #expect(inbox.kinds == [.failure])
    }
  }

  @Test func `from consecutive_failures on a failure is critical`() async throws {
    try await withInbox { stage, inbox in
      for _ in 0..<4 { _ = try await stage.run(failing) }
      #expect(inbox.alerts.withLock { $0.map(\.severity) } == [.error, .critical])
    }
  }

  @Test func `an attempt that is tried again is not told, the last one is`() async throws {
    try await withInbox { stage, inbox in
      stage.setting = .commandLine(.inline)
      stage.resolved.config.retry = RetryPolicy(maxRetries: 2, delaySeconds: 0, maxDelaySeconds: 0)
      _ = try await stage.run { _ in throw JobFailure(.connection, "refused") }
      #expect(inbox.kinds == [.failure])
      #expect(inbox.alerts.withLock { $0.first?.details["retry_count"] } == 2)
    }
  }

  @Test func `alert_on_failure false tells nothing, alert_on_success true every success`() async throws {
    try await withInbox { stage, inbox in
      stage.resolved.config.alertOnFailure = false
      stage.resolved.config.alertOnSuccess = true
      _ = try await stage.run(failing)
      for _ in 0..<2 { _ = try await stage.run(succeeding) }
      #expect(inbox.kinds == [.success, .success])
    }
  }

  @Test func `a job that names its sinks is told to those alone`() async throws {
    try await withInbox { stage, inbox in
      stage.resolved.config.alerts.sinks = ["pager"]
      _ = try await stage.run(failing)
      #expect(inbox.kinds.isEmpty)
      #expect(try stage.history.alerts().map(\.alert.kind) == [.failure])
    }
  }

  @Test func `a sink that is down harms no job, and is told later, with its errors on record`() async throws {
    try await withInbox { stage, inbox in
      let now = Mutex(start)
      stage.surroundings.now = { now.withLock { $0 } }
      inbox.isBroken.withLock { $0 = true }
      let result = try await stage.run(failing)
      #expect(result.exitStatus == .failure)
      let delivery = try #require(try stage.history.alerts().first?.deliveries.first)
      #expect(delivery.state == "pending")
      #expect(delivery.lastError == "HTTP 500")
      #expect(delivery.nextAttemptAt == start.adding(seconds: 60))

      inbox.isBroken.withLock { $0 = false }
      now.withLock { $0 = start.adding(seconds: 61) }
      stage.resolved.config.id = try jobID("another")
      _ = try await stage.run(succeeding)
      #expect(inbox.kinds == [.failure])
      #expect(try stage.history.alerts().first?.deliveries.first?.state == "delivered")
      #expect(try stage.history.alerts().first?.deliveries.first?.attempts == 2)
    }
  }

  @Test func `deliveries are begun for half a minute, and the rest is left to the next process`() async throws
  {
    try await withInbox { stage, inbox in
      let uptime = Mutex<Int64>(0)
      stage.surroundings.uptimeMilliseconds = { uptime.withLock { $0 } }
      stage.sinks = ["a", "b", "c"].map { name in
        AlertSink(name: name, timeoutSeconds: 20) { _, _ in
          uptime.withLock { $0 += 20_000 }
          throw Refused()
        }
      }
      _ = try await stage.run(failing)
      #expect(try stage.history.alerts().first?.deliveries.map(\.attempts) == [1, 1, 0])
    }
  }

  @Test func `a sink that does not take an alert keeps none of the other sinks waiting for its other alerts`()
    async throws
  {
    try await withInbox { stage, inbox in
      let asked = Mutex(0)
      let deaf = AlertSink(name: "deaf", timeoutSeconds: 5) { _, _ in
        asked.withLock { $0 += 1 }
        throw Refused()
      }
      stage.sinks = [deaf, inbox.sink]
      let alerting = stage.alerting
      // Both are due before the first is sent.
      for _ in 0..<2 {
        let alert = Alert(
          .success, .info, jobID: try jobID("nightly"), executionID: nil, message: "done", timestamp: start)
        _ = try stage.history.raise(alert, repeatSeconds: nil, sinks: ["deaf", "ops"])
      }
      await alerting.deliver()
      #expect(inbox.kinds == [.success, .success])
      #expect(asked.withLock { $0 } == 1)
    }
  }

  @Test func `a delivery ends when its process has to, and before the watchdog does`() async throws {
    try await withInbox { stage, _ in
      let times = Mutex<[Int]>([])
      stage.sinks = [
        (AlertSink(name: "slow", timeoutSeconds: 300) { _, seconds in times.withLock { $0.append(seconds) } })
      ]
      for deadline in [nil, stage.surroundings.uptimeMilliseconds() + 20_000] {
        let alerting = Alerting(
          history: stage.history, journal: nil, sinks: stage.sinks, surroundings: stage.surroundings,
          deadline: deadline)
        let alert = Alert(
          .success, .info, jobID: try jobID("nightly"), executionID: nil, message: "done", timestamp: start)
        await alerting.tell(alert, AlertPolicy())
      }
      #expect(times.withLock { $0 } == [240, 20])
    }
  }

  @Test func `a signal ends the delivery that is under way, which says so, and begins no other`() async throws
  {
    try await withInbox { stage, _ in
      stage.sinks = ["a", "b"].map { name in
        AlertSink(name: name, timeoutSeconds: 600) { _, _ in try await Task.sleep(for: .seconds(600)) }
      }
      let history = stage.history
      _ = try await stage.execution(failing).run(
        signals: AsyncStream<CInt> {
          while (try? history.alerts().first?.deliveries.first?.attempts) != 1 {
            guard (try? await Task.sleep(for: .milliseconds(5))) != nil else { return nil }
          }
          return 15
        })
      let deliveries = try #require(try stage.history.alerts().first?.deliveries)
      #expect(deliveries.map(\.attempts) == [1, 0])
      #expect(deliveries[0].lastError == "the execution ended before it was taken")
    }
  }

  @Test func `what a sink has not taken for a day is given up`() async throws {
    try await withInbox { stage, inbox in
      let now = Mutex(start)
      stage.surroundings.now = { now.withLock { $0 } }
      inbox.isBroken.withLock { $0 = true }
      _ = try await stage.run(failing)
      func log() -> [String] { stage.log.entries.map { "\($0.message)" }.filter { $0.contains("not taken") } }
      #expect(
        log() == [
          "alert 1 was not taken by ops: HTTP 500; the next try is due \(start.adding(seconds: 60)), "
            + "with the first execution after that"
        ])
      now.withLock { $0 = start.adding(days: 2) }
      await stage.alerting.deliver()
      #expect(log().last?.hasSuffix("; given up after a day") == true)
      #expect(try stage.history.alerts().first?.deliveries.first?.state == "failed")
    }
  }

  @Test func `an execution that takes three times its average is told as degraded`() async throws {
    try await withInbox { stage, inbox in
      let clock = Mutex<Int64>(0)
      stage.surroundings.uptimeMilliseconds = { clock.withLock { $0 } }
      for index in 0..<12 {
        _ = try await stage.run { _ in
          clock.withLock { $0 += index == 11 ? 7000 : 2000 }
          return JobReport(summary: "")
        }
      }
      #expect(inbox.kinds == [.degradation])
      let details = try #require(inbox.alerts.withLock { $0.first?.details["duration_seconds"] })
      #expect(details["value"]?.number == 7)
      #expect(details["threshold"]?.number == 6)
      _ = try await stage.run { _ in
        clock.withLock { $0 += 2000 }
        return JobReport(summary: "")
      }
      #expect(inbox.kinds == [.degradation])
    }
  }

  @Test(arguments: [(25.0, 3, true), (0, 0, false)])
  func `the share of failures among the latest attempts is told, and none where none failed`(
    percent: Double, failures: Int, isTold: Bool
  ) async throws {
    try await withInbox { stage, inbox in
      stage.resolved.config.alerts.errorRatePercent = percent
      for index in 0..<12 { _ = try await stage.run(index < failures ? failing : succeeding) }
      #expect(inbox.kinds.contains(.degradation) == isTold)
    }
  }

  @Test func `a retry that nobody makes is told with the reason`() async throws {
    try await withInbox { stage, inbox in
      stage.setting = .unit
      _ = try await stage.run { _ in throw JobFailure(.connection, "refused") }
      _ = try await stage.run(succeeding)
      let message = try #require(inbox.alerts.withLock { $0.first?.message })
      #expect(message.contains("but the wait was stopped"))
    }
  }

  @Test func `an execution is warned of before its deadline`() async throws {
    try await withInbox { stage, inbox in
      stage.resolved.config.timeoutSeconds = 1
      let result = try await stage.run { _ in
        try await Task.sleep(for: .seconds(600))
        return JobReport(summary: "not reached")
      }
      #expect(result.outcome == .timedOut(seconds: 1))
      #expect(inbox.kinds == [.timeoutWarning, .failure])
    }
  }

  @Test func `what settle closes is told too`() async throws {
    try await withInbox { stage, inbox in
      try stage.history.store([stage.resolved], at: start)
      try stage.history.open(
        ExecutionRecord(
          id: "killed", jobID: jobID("nightly"), status: .running, trigger: .timer, startedAt: start,
          correlationID: "scheduled_1", invocationID: "invocation"))
      let environment = ["SERVICE_RESULT": "signal", "EXIT_CODE": "killed", "EXIT_STATUS": "SEGV"]
      let service = try #require(Settle.ServiceResult(environment: environment))
      let settled = try await stage.settle.run(jobID("nightly"), service)
      #expect(settled?.status == .failed)
      #expect(settled?.ending?.failure?.details?["exit_status"] == "SEGV")
      #expect(inbox.kinds == [.failure])
      #expect(try stage.history.deadLetters().count == 1)
    }
  }

  @Test(arguments: [("KILL", ExecutionStatus.retry), ("SEGV", .failed), ("ABRT", .retry)])
  func `settle leaves a retry only where systemd restarts`(signal: String, status: ExecutionStatus)
    async throws
  {
    try await Stage.with { stage in
      try stage.history.store([stage.resolved], at: start)
      try stage.history.open(
        ExecutionRecord(
          id: "killed", jobID: jobID("nightly"), status: .running, trigger: .timer, startedAt: start,
          correlationID: "scheduled_1", invocationID: "invocation"))
      let environment = ["SERVICE_RESULT": "signal", "EXIT_CODE": "killed", "EXIT_STATUS": signal]
      let service = try #require(Settle.ServiceResult(environment: environment))
      #expect(try await stage.settle.run(jobID("nightly"), service)?.status == status)
    }
  }

  @Test func `the clock set back by a day spoils neither durations nor order`() async throws {
    try await Stage.with { stage in
      let wall = Mutex(start)
      let uptime = Mutex<Int64>(0)
      stage.surroundings.now = { wall.withLock { $0 } }
      stage.surroundings.uptimeMilliseconds = { uptime.withLock { $0 } }
      let first = try await stage.run { _ in
        wall.withLock { $0 = start.adding(days: -1) }
        uptime.withLock { $0 += 90_000 }
        return JobReport(summary: "")
      }
      let second = try await stage.run { _ in JobReport(summary: "") }
      #expect(first.record?.ending?.durationSeconds == 90)
      #expect(try stage.history.executions().map(\.id) == [second.record?.id, first.record?.id])
      #expect(try stage.history.metrics().first?.averageDurationSeconds == 45)
    }
  }
}
