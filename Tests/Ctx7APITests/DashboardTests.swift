import Ctx7Database
import Ctx7Documents
import Ctx7History
import Ctx7Model
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
      #expect(page.body.contains("not fetched: 1, expired: 0, 1 day: 0, 3 days: 0, 7 days: 1"))
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

  @Test func `a page of a job that is not there is not found`() async throws {
    try await Bench.with { bench in
      let answer = try await bench.local.get("/jobs/nope")
      #expect(answer.status == 404)
    }
  }
}
