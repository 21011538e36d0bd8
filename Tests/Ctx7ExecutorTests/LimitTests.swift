import Ctx7History
import Ctx7Model
import Glibc
import InMemoryLogging
import Logging
import Synchronization
import TestSupport
import Testing

@testable import Ctx7Executor

/// The limits of the host and of a job, met by executions in one process; `OverloadTests` has the processes.
@Suite struct LimitTests {
  /// An execution of another job of the same host.
  private func execution(
    _ stage: Stage, _ id: String, _ priority: JobPriority = .medium,
    _ body: @escaping @Sendable (JobContext) async throws -> JobReport
  ) throws -> Execution {
    var stage = stage
    stage.resolved.config.id = try jobID(id)
    stage.resolved.config.priority = priority
    stage.surroundings = .real(environment: [:])
    return stage.execution(body)
  }

  private let noSignals = AsyncStream<CInt> { _ in }

  /// Returns when so many executions wait, or the work of `first` has begun for 0.
  private func waitFor(_ pending: Int, _ history: HistoryStore) async throws {
    while true {
      let open = try history.openAttempts()
      let waiting = open.count { $0.status == .pending }
      if waiting >= pending, open.count > waiting { return }
      try await Task.sleep(for: .milliseconds(5))
    }
  }

  @Test func `what finds no free slot waits as pending, the highest priority first`() async throws {
    try await Stage.with { stage in
      stage.resolved.host.maxConcurrentJobs = 1
      let order = Mutex<[String]>([])
      let (stage, history) = (stage, stage.history)
      @Sendable func work(_ context: JobContext) -> JobReport {
        order.withLock { $0.append(context.jobID.rawValue) }
        return JobReport(summary: "")
      }
      let first = try execution(stage, "first") { context in
        try await waitFor(3, history)
        return work(context)
      }
      let waiters = try [("low", JobPriority.low), ("medium", .medium), ("critical", .critical)].map {
        try execution(stage, $0, $1) { work($0) }
      }
      try await withThrowingTaskGroup { group in
        group.addTask { _ = try await first.run(signals: AsyncStream<CInt> { _ in }) }
        for (index, waiter) in waiters.enumerated() {
          try await waitFor(index, history)
          group.addTask { _ = try await waiter.run(signals: AsyncStream<CInt> { _ in }) }
        }
        try await group.waitForAll()
      }
      #expect(order.withLock { $0 } == ["first", "critical", "medium", "low"])
      #expect(try history.executions().allSatisfy { $0.status == .completed })
    }
  }

  @Test func `whoever joins the line late, in a place before others, is seen`() async throws {
    try await withTemporaryDirectory { directory in
      let host = HostSlots(HostSettings(), in: directory)
      var first = try host.join(.low, since: 1)
      let second = try host.join(.low, since: 2)
      first = nil
      // Takes the place of the first, and is the last one that the kernel has noted.
      let urgent = try host.join(.critical, since: 3)
      guard let own = try host.join(.medium, since: 4) else {
        Issue.record("the line is full")
        return
      }
      #expect(host.ahead(of: own) == 1)
      _ = (first == nil, second == nil, urgent == nil)
    }
  }

  @Test func `a wait for a slot looks now and then, and is no busy loop`() async throws {
    try await Stage.with { stage in
      stage.resolved.host.maxConcurrentJobs = 1
      let looks = Mutex(0)
      let history = stage.history
      let waiter = try execution(stage, "waits") { _ in JobReport(summary: "") }
      stage.surroundings.uptimeMilliseconds = {
        looks.withLock { $0 += 1 }
        return 5000
      }
      var counted = stage
      counted.resolved.config.id = try jobID("counted")
      let watched = counted.execution { _ in JobReport(summary: "") }
      let first = try execution(stage, "first") { _ in
        try await waitFor(2, history)
        try await Task.sleep(for: .milliseconds(300))
        return JobReport(summary: "")
      }
      try await withThrowingTaskGroup { group in
        group.addTask { _ = try await first.run(signals: AsyncStream<CInt> { _ in }) }
        try await waitFor(0, history)
        for execution in [waiter, watched] {
          group.addTask { _ = try await execution.run(signals: AsyncStream<CInt> { _ in }) }
        }
        try await group.waitForAll()
      }
      // Once in each tenth of a second; a loop without a pause would be at thousands.
      #expect((1..<500).contains(looks.withLock { $0 }))
    }
  }

  @Test func `what waits for its retry keeps no other job from running`() async throws {
    try await Stage.with { stage in
      stage.resolved.host.maxConcurrentJobs = 1
      let history = stage.history
      let other = try execution(stage, "other") { _ in JobReport(summary: "") }
      var patient = stage
      patient.setting = .commandLine(.inline)
      patient.resolved.config.retry = RetryPolicy(maxRetries: 1, delaySeconds: 600)
      let failing = patient.execution { _ in throw JobFailure(.connection, "refused") }
      try await withThrowingTaskGroup { group in
        group.addTask {
          _ = try await failing.run(
            signals: AsyncStream<CInt> {
              while (try? history.metrics(of: jobID("other"))) == nil {
                guard (try? await Task.sleep(for: .milliseconds(5))) != nil else { return nil }
              }
              return 15
            })
        }
        while try history.pendingRetries().isEmpty { try await Task.sleep(for: .milliseconds(5)) }
        let result = try await other.run(signals: noSignals)
        #expect(result.record?.status == .completed)
        try await group.waitForAll()
      }
    }
  }

  @Test func `job_queue_size executions wait, the next one is skipped and counted`() async throws {
    try await Stage.with { stage in
      stage.resolved.host.maxConcurrentJobs = 1
      stage.resolved.host.jobQueueSize = 1
      let history = stage.history
      let waiter = try execution(stage, "waits") { _ in JobReport(summary: "") }
      let third = try execution(stage, "refused") { _ in JobReport(summary: "") }
      let first = try execution(stage, "first") { _ in
        try await waitFor(1, history)
        let refused = try await third.run(signals: AsyncStream<CInt> { _ in })
        #expect(refused.outcome == .skipped(.queueFull))
        return JobReport(summary: "")
      }
      try await withThrowingTaskGroup { group in
        group.addTask { _ = try await first.run(signals: AsyncStream<CInt> { _ in }) }
        try await waitFor(0, history)
        group.addTask { _ = try await waiter.run(signals: AsyncStream<CInt> { _ in }) }
        try await group.waitForAll()
      }
      #expect(try history.metrics(of: jobID("refused"))?.skippedFirings == 1)
      #expect(try history.metrics(of: jobID("waits"))?.successfulExecutions == 1)
    }
  }

  @Test func `SIGTERM ends a wait in the queue as cancelled`() async throws {
    try await Stage.with { stage in
      stage.resolved.host.maxConcurrentJobs = 1
      let waiter = try execution(stage, "waits") { _ in JobReport(summary: "not reached") }
      let first = try execution(stage, "first") { _ in
        let result = try await waiter.run(signals: AsyncStream<CInt> { $0.yield(15) })
        #expect(result.outcome == .cancelled(signal: 15))
        #expect(result.record?.status == .cancelled)
        #expect(result.sentence == "waits cancelled while it waited: stopped by SIGTERM")
        #expect(result.record?.ending?.durationSeconds == nil)
        return JobReport(summary: "")
      }
      #expect(try await first.run(signals: noSignals).exitStatus == .success)
    }
  }

  @Test func `a wait that cannot look for slots says so once`() async throws {
    try await Stage.with { stage in
      stage.resolved.host.maxConcurrentJobs = 1
      let waiter = try execution(stage, "waits") { _ in JobReport(summary: "not reached") }
      let (history, slots) = (stage.history, stage.directory + "/locks/host")
      let first = try execution(stage, "first") { _ in
        _ = try await waiter.run(
          signals: AsyncStream<CInt> {
            guard (try? await waitFor(1, history)) != nil, rename(slots, slots + ".kept") == 0,
              mkdir(slots, 0o700) == 0, (try? await Task.sleep(for: .milliseconds(500))) != nil
            else { return nil }
            return 15
          })
        return JobReport(summary: "")
      }
      _ = try await first.run(signals: noSignals)
      let warnings = stage.log.entries.filter { $0.level == .warning }.map { "\($0.message)" }
        .filter { $0.contains("slot") }
      #expect(warnings == ["waits waits for a slot, but: \(slots): Is a directory"])
    }
  }

  @Test func `an execution whose lock was taken away says that the history has another end of it`()
    async throws
  {
    try await Stage.with { stage in
      let (stage, lock) = (stage, stage.directory + "/locks/nightly.0")
      let result = try await stage.run { _ in
        #expect(unlink(lock) == 0)
        _ = try await stage.run { _ in JobReport(summary: "") }
        return JobReport(summary: "")
      }
      let id = try #require(result.record?.id)
      #expect(try stage.history.execution(id)?.status == .failed)
      let warnings = stage.log.entries.filter { $0.level == .warning }
      #expect(
        warnings.map { "\($0.message)" }.contains { $0.hasPrefix("\(id) was closed by another process") })
    }
  }

  @Test func `a job may be switched off by several at once`() async throws {
    try await Stage.with { stage in
      let jobSwitch = stage.jobSwitch
      try await withThrowingTaskGroup { group in
        for number in 0..<200 {
          group.addTask { try jobSwitch.turnOff(jobID("nightly"), reason: "by \(number)") }
        }
        try await group.waitForAll()
      }
      #expect(jobSwitch.switchedOff(try jobID("nightly"))?.reason.hasPrefix("by ") == true)
    }
  }

  @Test func `a job that the operator has switched off is skipped by its timer, not by a person`()
    async throws
  {
    try await Stage.with { stage in
      try stage.jobSwitch.turnOff(jobID("nightly"), reason: "upstream is\nbroken")
      #expect(stage.jobSwitch.switchedOff(try jobID("nightly"))?.reason == "upstream is broken")
      stage.trigger = .timer
      let skipped = try await stage.run { _ in JobReport(summary: "") }
      #expect(skipped.outcome == .skipped(.switchedOff(SwitchedOff(reason: "upstream is broken"))))
      stage.trigger = .manual
      #expect(try await stage.run { _ in JobReport(summary: "") }.record?.status == .completed)
      #expect(try stage.jobSwitch.turnOn(jobID("nightly")))
      #expect(try stage.jobSwitch.turnOn(jobID("nightly")) == false)
    }
  }

  @Test func `the last firing that max_executions allows switches the job off with the reason`() async throws
  {
    try await Stage.with { stage in
      stage.trigger = .timer
      stage.resolved.config.schedule.maxExecutions = 2
      _ = try await stage.run { _ in JobReport(summary: "") }
      #expect(stage.jobSwitch.switchedOff(try jobID("nightly")) == nil)
      _ = try await stage.run { _ in JobReport(summary: "") }
      let off = try #require(stage.jobSwitch.switchedOff(jobID("nightly")))
      #expect(off.description.hasPrefix("retired: it has run 2 times"))
      #expect(off.finishedSchedule == stage.resolved.config.schedule.fingerprint)
    }
  }

  @Test func `max_executions goes on counting when the job is switched off and on again`() async throws {
    try await Stage.with { stage in
      stage.trigger = .timer
      stage.resolved.config.schedule.maxExecutions = 2
      _ = try await stage.run { _ in JobReport(summary: "") }
      try stage.jobSwitch.turnOff(jobID("nightly"), reason: "upstream is down")
      #expect(try stage.jobSwitch.turnOn(jobID("nightly")))
      _ = try await stage.run { _ in JobReport(summary: "") }
      #expect(try stage.jobSwitch.turnOn(jobID("nightly")))
      let third = try await stage.run { _ in JobReport(summary: "") }
      #expect(third.outcome == .skipped(.exhausted))
      #expect(try stage.history.executions().count == 2)
    }
  }

  @Test func `max_executions binds firings that meet at the last one`() async throws {
    try await Stage.with { stage in
      stage.trigger = .timer
      stage.resolved.config.maxConcurrentExecutions = 20
      stage.resolved.host.maxConcurrentJobs = 20
      stage.resolved.config.schedule.maxExecutions = 3
      let executions = (0..<12).map { _ in stage.execution { _ in JobReport(summary: "") } }
      try await withThrowingTaskGroup { group in
        for execution in executions {
          group.addTask { _ = try await execution.run(signals: AsyncStream<CInt> { _ in }) }
        }
        try await group.waitForAll()
      }
      #expect(try stage.history.executions().count == 3)
      #expect(try stage.history.metrics().first?.timerFirings == 3)
      #expect(try stage.history.metrics().first?.skippedFirings == 9)
    }
  }

  @Test func `a once job switches itself off after it has run`() async throws {
    try await Stage.with { stage in
      stage.trigger = .timer
      stage.resolved.config.schedule = Schedule(.once(start))
      _ = try await stage.run { _ in JobReport(summary: "") }
      let off = stage.jobSwitch.switchedOff(try jobID("nightly"))
      #expect(off?.description == "retired: it was to run once, and has")
    }
  }

  @Test func `whatever the reason of a person says, the job has not retired by it`() async throws {
    try await Stage.with { stage in
      try stage.jobSwitch.turnOff(jobID("nightly"), reason: "retired 0\nreplaced by B")
      let off = try #require(stage.jobSwitch.switchedOff(jobID("nightly")))
      #expect(!off.isRetired)
      #expect(off.inWords(after: "off") == "off: retired 0 replaced by B")
    }
  }
}
