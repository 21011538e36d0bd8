import Ctx7Documents
import Ctx7Model
import Synchronization
import TestSupport
import Testing

@testable import Ctx7Jobs

@Suite struct CleanupTests {
  @Test func `what had expired is deleted in every workspace, and nothing else`() async throws {
    try await Stage.with { stage in
      for technology in ["a", "b"] {
        for name in ["old", "new"] {
          try write("# \(name)", to: "\(stage.directory)/\(technology)-\(name).md")
          try stage.track("file://\(stage.directory)/\(technology)-\(name).md", technology: technology)
        }
      }
      _ = try await stage.refresh()
      for document in try stage.store.documents() where document.source.description.contains("old") {
        try stage.store.extend(document, until: stage.now, validators: Validators(), now: stage.now)
      }
      let report = try await stage.clean(CleanupParameters(batchSize: 1))
      #expect(report.recordsProcessed == 2)
      #expect(report.result["summary"]?["total_deleted_chunks"]?.integer == 2)
      #expect(try stage.store.documents().allSatisfy { $0.source.description.contains("new") })
      let steps = stage.lines.steps.filter { $0.hasPrefix("ttl_cleanup") }
      #expect(steps.first == "ttl_cleanup_job_start")
      #expect(steps.last == "ttl_cleanup_job_complete")
      #expect(steps.count { $0 == "ttl_cleanup_workspace_complete" } == 2)
    }
  }

  @Test func `batch_size documents are deleted at once, and each batch is progress`() async throws {
    try await Stage.with { stage in
      for number in 1...5 {
        try write("# \(number)", to: "\(stage.directory)/\(number).md")
        try stage.track("file://\(stage.directory)/\(number).md")
      }
      _ = try await stage.refresh()
      let texts = Mutex<[String]>([])
      let (context, later) = (try stage.context, stage.now.adding(days: 365))
      _ = try await TTLCleanup(CleanupParameters(batchSize: 2), services: stage.services).run(
        JobContext(
          jobID: context.jobID, correlationID: "manual_1", startedAt: later, now: { later },
          uptimeMilliseconds: { 0 }, report: { progress in texts.withLock { $0.append(progress.text) } },
          emit: { _ in }))
      let counts = texts.withLock { $0 }.compactMap { $0.split(separator: ", ").last.map(String.init) }
      let batches = counts.reduce(into: [String]()) { if $0.last != $1 { $0.append($1) } }
      #expect(
        batches == [
          "0 documents deleted", "2 documents deleted", "4 documents deleted", "5 documents deleted",
        ])
    }
  }

  @Test func `excluded workspaces keep expired documents until they are very old`() async throws {
    try await Stage.with { stage in
      try write("# A", to: stage.directory + "/a.md")
      try stage.track("file://\(stage.directory)/a.md")
      _ = try await stage.refresh()
      let parameters = CleanupParameters(
        maxAgeDays: 90, workspaces: WorkspaceSelection(excluded: ["widgets-docs"]))
      stage.now = stage.now.adding(days: 100)
      #expect(try await stage.clean(parameters).recordsProcessed == 0)
      stage.now = stage.now.adding(days: 100)
      #expect(try await stage.clean(parameters).recordsProcessed == 1)
    }
  }
}

@Suite struct HealthCheckTests {
  private struct Broken: Error, CustomStringConvertible {
    let description = "no answer"
  }

  private func run(_ probes: [HealthCheck.Probe]) async throws -> (JobReport, [PipelineMetrics]) {
    var result: (JobReport, [PipelineMetrics])?
    try await Stage.with { stage in
      let report = try await HealthCheck(
        probes: probes, metrics: { [PipelineMetrics(nil, ["job_id": .text("x")])] }
      )
      .run(stage.context)
      result = (report, stage.lines.value)
    }
    return try #require(result)
  }

  private func probe(_ name: String, vital: Bool, _ status: HealthCheck.Status?) -> HealthCheck.Probe {
    HealthCheck.Probe(name, isVital: vital) {
      guard let status else { throw Broken() }
      return HealthCheck.Finding(status, "details")
    }
  }

  static let cases: [(HealthCheck.Status?, HealthCheck.Status?, String, Bool)] = [
    (.healthy, .healthy, "healthy", false), (.healthy, .degraded, "degraded", false),
    (.healthy, nil, "degraded", false), (.degraded, .healthy, "degraded", false),
    (nil, .healthy, "unhealthy", true),
  ]

  @Test(arguments: cases)
  func `a vital probe decides between degraded and unhealthy, and unhealthy is a failure`(
    database: HealthCheck.Status?, workspaces: HealthCheck.Status?, overall: String, fails: Bool
  ) async throws {
    let (report, _) = try await run([
      probe("database", vital: true, database), probe("workspaces", vital: false, workspaces),
    ])
    #expect(report.result["overall_health"]?.string == overall)
    #expect((report.failure != nil) == fails)
  }

  @Test func `a service that takes its time to answer does not make the job look dead`() async throws {
    let reports = Mutex<[String]>([])
    let context = JobContext(
      jobID: try #require(JobID(rawValue: "health-check")), correlationID: "manual_1",
      startedAt: Timestamp(rawValue: 0), now: { Timestamp(rawValue: 0) }, uptimeMilliseconds: { 0 },
      report: { progress in reports.withLock { $0.append(progress.text) } }, emit: { _ in })
    let slow = HealthCheck.Probe("slow", isVital: true) {
      while reports.withLock({ $0.count }) < 3 { try await Task.sleep(for: .milliseconds(2)) }
      return HealthCheck.Finding(.healthy, "answered")
    }
    _ = try await HealthCheck(probes: [slow], pause: .milliseconds(5), metrics: { [] }).run(context)
    #expect(reports.withLock { Set($0) } == ["asking slow"])
  }

  @Test func `a check that cannot end says so in its log`() async throws {
    try await Stage.with { stage in
      let check = HealthCheck(probes: [], metrics: { throw Broken() })
      await #expect(throws: Broken.self) { try await check.run(stage.context) }
      #expect(stage.lines.steps == ["health_check_job_start", "health_check_job_error"])
      #expect(stage.lines.value.last?.fields.map(\.key) == ["correlation_id", "duration_ms", "error"])
    }
  }

  @Test func `each probe is timed and logged, and the metrics of all jobs are exported`() async throws {
    let (report, lines) = try await run([probe("database", vital: true, nil)])
    #expect(report.result["health_checks"]?["database"]?["details"]?.string == "no answer")
    #expect(report.result["health_checks"]?["database"]?["response_time_ms"]?.integer == 0)
    #expect(
      lines.map(\.step) == [
        "health_check_job_start", "health_check_database", nil, "health_check_job_complete",
      ])
    #expect(lines[1].level == .warning)
  }
}

@Suite struct CleanupReportTests {
  @Test func `a sweep that failed is told besides workspaces that failed`() async throws {
    try await Stage.with { stage in
      let context = try stage.context
      var cleaned = CleanedWorkspace(workspace: try #require(WorkspaceName(technology: "widgets")))
      cleaned.failure = JobFailure(.content, "odd")
      let failure = try await stage.services.withContent(beat: {}) { [cleaned] store in
        var report = CleanupReport([cleaned], store: store)
        report.sweepFailure = JobFailure(.database, "locked")
        return report.jobReport(context, CleanupParameters()).failure
      }
      #expect(failure?.errorClass == .database)
      #expect(failure?.message == "1 of 1 workspace failed: odd; old documents were not swept: locked")
    }
  }
}

@Suite struct MaintenanceTests {
  @Test func `a chore that fails is reported and stops no other`() async throws {
    try await Stage.with { stage in
      let report = try await Maintenance(
        chores: [
          .init("first") { throw JobFailure(.database, "disk full") },
          .init("second") { ["deleted": 3] },
        ], metrics: { [] }
      ).run(stage.context)
      #expect(report.recordsProcessed == 1)
      #expect(report.recordsFailed == 1)
      let cause = JobFailure(.database, "first: disk full")
      #expect(report.failure == JobFailure(.database, "first: disk full", causes: [cause]))
      #expect(report.result["operations"]?.array?[1]["result"] == ["deleted": 3])
    }
  }

  @Test func `of several failures those that may pass decide`() async throws {
    try await Stage.with { stage in
      let report = try await Maintenance(
        chores: [
          .init("first") { throw JobFailure(.unexpected, "odd") },
          .init("second") { throw JobFailure(.database, "disk full") },
        ], metrics: { [] }
      ).run(stage.context)
      #expect(report.failure?.errorClass == .database)
      #expect(report.failure?.message == "first: odd; second: disk full")
    }
  }
}
