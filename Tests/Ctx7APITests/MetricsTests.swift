import Ctx7Documents
import Ctx7History
import Ctx7Model
import Foundation
import TestSupport
import Testing

/// What Prometheus reads.
struct MetricsTests {
  @Test func `counts, times and durations of a job are exported`() async throws {
    try await Bench.with { bench in
      try bench.history.fill(.refresh, 8)
      let answer = try await bench.local.get("/metrics")
      #expect(answer.headers["content-type"]?.hasPrefix("text/plain; version=0.0.4") == true)
      let lines = Set(answer.body.split(separator: "\n").map(String.init))
      for line in [
        #"ctx7_job_executions_total{job="weekly-refresh",outcome="completed"} 6"#,
        #"ctx7_job_executions_total{job="weekly-refresh",outcome="failed"} 2"#,
        #"ctx7_job_duration_seconds_bucket{job="weekly-refresh",le="1"} 0"#,
        #"ctx7_job_duration_seconds_bucket{job="weekly-refresh",le="5"} 8"#,
        #"ctx7_job_duration_seconds_bucket{job="weekly-refresh",le="+Inf"} 8"#,
        #"ctx7_job_duration_seconds_sum{job="weekly-refresh"} 12.0"#,
        #"ctx7_job_duration_seconds_count{job="weekly-refresh"} 8"#,
        #"ctx7_job_consecutive_failures{job="weekly-refresh"} 1"#,
        #"ctx7_job_enabled{job="nightly-cleanup"} 0"#, "ctx7_dead_letters 0",
      ] {
        #expect(lines.contains(line), "\(line)")
      }
    }
  }

  @Test(
    .enabled(
      if: FileManager.default.isExecutableFile(atPath: Project.promtool),
      "needs promtool: make test fetches it"))
  func `promtool finds nothing to complain of`() async throws {
    try await Bench.with { bench in
      try bench.history.fill(.refresh, 8)
      _ = try bench.documents.track(
        SourceLocation("https://example.org/llms.txt"), technology: "x",
        in: #require(WorkspaceName(rawValue: "x-docs")), title: "T", expiresAt: Bench.now, now: Bench.now)
      let metrics = try await bench.local.get("/metrics").body
      let checked = try await Program.run(Project.promtool, ["check", "metrics"], input: metrics)
      #expect(checked.status == 0)
      #expect(checked.error == "")
    }
  }
}
