import Ctx7History
import Ctx7Model
import Foundation
import TestSupport
import Testing

/// The pages in a real browser.
@Suite(
  .enabled(
    if: FileManager.default.isExecutableFile(atPath: "/usr/bin/chromium"), "needs the package chromium"))
struct BrowserTests {
  /// Loads a page with the token as its password, and returns what the browser made of it.
  private func dom(_ path: String, _ bench: Bench) async throws -> String {
    try await withTemporaryDirectory { profile in
      let ended = try await Program.run(
        "/usr/bin/chromium",
        [
          "--headless", "--no-sandbox", "--disable-gpu", "--user-data-dir=\(profile)", "--timeout=60000",
          "--dump-dom",
          "http://me:\(Bench.operateToken)@127.0.0.1:\(bench.port)\(path)",
        ])
      return ended.output
    }
  }

  @Test func `the overview is complete, and script in it stays text`() async throws {
    var job = JobConfig.refresh
    job.name = "<script>document.title='taken'</script>"
    try await Bench.with(jobs: [job]) { bench in
      try bench.history.fill(.refresh, 60)
      let dom = try await dom("/", bench)
      #expect(dom.contains("<title>Overview</title>"))
      #expect(dom.contains("&lt;script&gt;document.title='taken'&lt;/script&gt;"))
      #expect(dom.contains("<svg"))
      #expect(dom.components(separatedBy: "<rect").count == 51)
    }
  }

  @Test func `the page of a job has its history and the plot`() async throws {
    try await Bench.with { bench in
      try bench.history.fill(.refresh, 60)
      let dom = try await dom("/jobs/weekly-refresh", bench)
      #expect(dom.contains("weekly-refresh_59"))
      #expect(dom.components(separatedBy: "<rect").count == 61)
      #expect(dom.contains("action=\"/jobs/weekly-refresh/execute\""))
    }
  }
}
