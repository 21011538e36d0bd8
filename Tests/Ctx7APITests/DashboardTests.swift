import Ctx7Database
import Ctx7Documents
import Ctx7Executor
import Ctx7History
import Ctx7Model
import Foundation
import GRDB
import TestSupport
import Testing

/// The pages for people.
struct DashboardTests {
  @Test func `the overview shows jobs, their runs, dead letters and documents`() async throws {
    try await Bench.with { bench in
      try bench.history.fill(.refresh, 60)
      try bench.addDeadLetter(message: "gone for good")
      _ = try bench.documents.track(
        SourceLocation("https://example.org/llms.txt"), technology: "x",
        in: #require(WorkspaceName(rawValue: "x-docs")), title: "T", expiresAt: Bench.now.adding(days: 5),
        now: Bench.now)
      _ = try bench.documents.track(
        SourceLocation("https://example.org/new.txt"), technology: "x",
        in: #require(WorkspaceName(rawValue: "x-docs")), expiresAt: nil, now: Bench.now)
      let page = try await bench.local.get("/")
      #expect(page.status == 200)
      #expect(page.headers["content-type"] == "text/html; charset=utf-8")
      #expect(page.body.contains("weekly-refresh"))
      #expect(page.body.contains("every hour"))
      #expect(page.body.contains("75.0 %"))
      #expect(page.body.contains("gone for good"))
      #expect(page.body.contains("the last 50 runs, 13 failed"))
      #expect(page.body.contains("not fetched: 2, expired: 0, 1 day: 0, 3 days: 0, 7 days: 0"))
      #expect(
        try await bench.json("/workspaces")["workspaces"]?.array?.first?["next_expiry"] == .null)
      #expect(page.body.contains(#"http-equiv="refresh""#))
    }
  }

  @Test func `services are shown as the latest health check found them`() async throws {
    var check = JobConfig.refresh
    check.id = try #require(JobID(rawValue: "probe"))
    check.work = .healthCheck
    try await Bench.with(jobs: [check]) { bench in
      #expect(try await bench.local.get("/").body.contains("No health check has run yet"))
      try bench.history.file.write { database in
        try database.execute(
          sql: """
            INSERT INTO background_job_executions (execution_id, job_id, status, trigger, started_at, completed_at,
              correlation_id, created_at, updated_at, result) VALUES ('p', 'probe', 'completed', 'timer', ?1, ?1, 'c',
              ?1, ?1, ?2)
            """,
          arguments: [
            Bench.now,
            """
            {"health_checks": {"weaviate": {"status": "unhealthy", "response_time_ms": 12,
              "details": "<b>HTTP 503</b>"}}}
            """,
          ])
      }
      let page = try await bench.local.get("/").body
      #expect(page.contains("weaviate"))
      #expect(page.contains("unhealthy"))
      #expect(page.contains("12 ms"))
      #expect(page.contains("&lt;b&gt;HTTP 503"))
    }
  }

  @Test func `a page loads nothing and runs nothing`() async throws {
    try await Bench.with { bench in
      for path in ["/", "/jobs/weekly-refresh"] {
        let body = try await bench.local.get(path).body
        for forbidden in [
          "<script", " src=", "@import", "url(", "http://", "https://", "style=\"", "onclick",
        ] {
          #expect(!body.contains(forbidden), "\(path): \(forbidden)")
        }
      }
    }
  }

  @Test func `buttons are there for those who may press them`() async throws {
    try await Bench.with { bench in
      #expect(try await bench.local.get("/").body.contains("<button"))
      let reader = ["Authorization": "Bearer \(Bench.readToken)"]
      #expect(try await !bench.remote.get("/", headers: reader).body.contains("<button"))
      let pressed = try await bench.remote.request("POST", "/jobs/weekly-refresh/disable", headers: reader)
      #expect(pressed.status == 403)
    }
  }

  @Test func `a job that is off says why, and has the buttons that do something`() async throws {
    try await Bench.with { bench in
      func page(switchedOff reason: String) async throws -> (overview: String, job: String) {
        try write(reason, to: bench.directory + "/disabled/weekly-refresh")
        return (
          try await bench.local.get("/").body, try await bench.local.get("/jobs/weekly-refresh").body
        )
      }
      let off = try await page(switchedOff: "moving house")
      #expect(off.overview.contains("switched off: moving house"))
      #expect(off.job.contains("/weekly-refresh/enable"))
      #expect(off.job.contains("switched off</span><small>switched off: moving house</small>"), "\(off.job)")
      let retired = try await page(switchedOff: "retired 0\nit was to run once, and has")
      #expect(retired.overview.contains("retired: it was to run once, and has"))
      #expect(!retired.overview.contains("switched off: retired"))
      #expect(!retired.job.contains("/weekly-refresh/enable"))
      // Turned off in the configuration.
      #expect(!retired.overview.contains("/nightly-cleanup/enable"))
      #expect(retired.overview.contains("/nightly-cleanup/execute"))
    }
  }

  @Test func `one run is the last run, and a schedule is said once`() async throws {
    try await Bench.with { bench in
      let before = try await bench.local.get("/jobs/weekly-refresh").body
      #expect(before.contains("<dt>Average duration</dt><dd>–</dd>"))
      try bench.history.fill(.refresh, 1)
      let page = try await bench.local.get("/jobs/weekly-refresh").body
      #expect(page.contains("Durations of the last run<"))
      #expect(!page.contains("last 1 "))
      #expect(!page.contains("every hour (every hour)"))
    }
  }

  @Test func `a job that has never run has no plot, and one that runs says so`() async throws {
    try await Bench.with { bench in
      #expect(try await !bench.local.get("/jobs/weekly-refresh").body.contains("Durations"))
      try FileManager.default.createDirectory(
        atPath: bench.directory + "/locks", withIntermediateDirectories: true)
      guard let lock = try JobLock.take(.refresh, slots: 1, in: bench.directory + "/locks") else {
        return #expect(Bool(false), "the lock is held")
      }
      try bench.history.open(
        ExecutionRecord(
          id: "weekly-refresh_1", jobID: .refresh, status: .running, trigger: .timer, startedAt: Bench.now,
          correlationID: "scheduled_1"))
      let page = try await bench.local.get("/jobs/weekly-refresh").body
      #expect(page.contains("<dt>State</dt><dd><span class=\"state run\">running</span>"))
      #expect(lock.slot == 0)
    }
  }

  @Test func `what is refused is a page for a browser, which does not press the button again`() async throws {
    try await Bench.with { bench in
      let browser = ["Accept": "text/html,application/xhtml+xml,*/*;q=0.8"]
      for (method, path, status) in [
        ("GET", "/jobs/nope", 404), ("POST", "/jobs/nightly-cleanup/enable", 409),
      ] {
        let page = try await bench.local.request(method, path, headers: browser)
        #expect(page.status == status)
        #expect(page.headers["content-type"] == "text/html; charset=utf-8")
        #expect(page.headers["content-security-policy"]?.contains("style-src") == true)
        #expect(page.body.contains("<a href=\"/\">To the overview</a>"))
        #expect(!page.body.contains("http-equiv=\"refresh\""))
        let program = try await bench.local.request(method, path)
        #expect(program.headers["content-type"] == "application/json")
      }
    }
  }
}
