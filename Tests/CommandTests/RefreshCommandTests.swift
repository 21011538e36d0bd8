import Ctx7Model
import Foundation
import TestSupport
import Testing

/// The way of a user: track a document, refresh it, look at what happened.
@Suite struct RefreshCommandTests {
  @Test func `a document is tracked, refreshed, found unchanged, and seen in the history`() async throws {
    try await Workbench.with(eager) { bench in
      let source = bench.directory + "/widgets.md"
      try write(longText("widgets"), to: source)
      let added = try await bench.track(source)
      #expect(added.status == 0)
      #expect(added.output.hasPrefix("tracking "))
      #expect(added.output.hasSuffix(" in widgets-docs, the next refresh fetches it\n"))

      let first = try await bench.refresh()
      #expect(first.status == 0)
      #expect(first.output.hasSuffix(": 1 document due: 1 fetched anew\n"))
      let second = try await bench.refresh()
      #expect(second.output.hasSuffix(": nothing is due in 1 workspace\n"))

      let table = try await bench.run("ctx7ctl", "history", "weekly-document-refresh")
      #expect(table.output.split(separator: "\n").count == 3)
      #expect(table.output.hasPrefix("STARTED "))
      let records = try await bench.history()
      #expect(records.map { $0["status"]?.string } == ["completed", "completed"])
      #expect(records.map { $0["records_processed"]?.integer } == [0, 1])
    }
  }

  @Test func `a document that is due and unchanged only lives longer`() async throws {
    try await Workbench.with(eager) { bench in
      let source = bench.directory + "/widgets.md"
      try write(longText("widgets"), to: source)
      _ = try await bench.track(source)
      _ = try await bench.refresh()
      _ = try await bench.track(source)
      let again = try await bench.refresh()
      #expect(again.output.hasSuffix(": 1 document due: 1 unchanged upstream, TTL extended\n"))
    }
  }

  @Test func `a run that works on none of the workspaces says so`() async throws {
    let mistyped = """
      fetch: {allow_private_hosts: true}
      jobs:
        - job_id: weekly-document-refresh
          parameters: {target_workspaces: [typo-docs]}
        - job_id: daily-ttl-cleanup
          parameters: {target_workspaces: [typo-docs]}
      """
    try await Workbench.with(mistyped) { bench in
      try write("# Widgets\n\nText.\n", to: bench.directory + "/widgets.md")
      _ = try await bench.track(bench.directory + "/widgets.md")
      let reason = "target_workspaces matches none of the workspaces that there are: widgets-docs\n"
      #expect(try await bench.refresh().output.hasSuffix(reason))
      #expect(try await bench.run("ctx7-job-exec", "--job", "daily-ttl-cleanup").output.hasSuffix(reason))
    }
  }

  @Test func `the JSON result holds the execution`() async throws {
    try await Workbench.with(eager) { bench in
      let ended = try await bench.refresh("--json")
      let result = try JSONValue(parsing: ended.output)
      #expect(result["job_id"] == "weekly-document-refresh")
      #expect(result["status"] == "completed")
      #expect(result["exit_status"] == 0)
      #expect(result["execution"]?["correlation_id"]?.string?.hasPrefix("manual_") == true)
    }
  }

  @Test func `a dry run shows what is due and writes nothing`() async throws {
    try await Workbench.with(eager) { bench in
      let nothing = try await bench.refresh("--dry-run")
      #expect(nothing.output == "no documents are tracked\n")
      #expect(!FileManager.default.fileExists(atPath: bench.state))
      try write("# Widgets\n\nText.\n", to: bench.directory + "/widgets.md")
      _ = try await bench.track(bench.directory + "/widgets.md")
      let before = try contents(of: bench.state)
      let due = try await bench.refresh("--dry-run")
      #expect(due.output.contains("widgets-docs"))
      #expect(due.output.contains("never"))
      let json = try await bench.refresh("--dry-run", "--json")
      let documents = try JSONValue(parsing: json.output)
      #expect(documents.array?.count == 1)
      #expect(try contents(of: bench.state) == before)
    }
  }

  @Test(
    .enabled(
      if: !FileManager.default.fileExists(atPath: "/run/systemd/journal/socket"), "there is a journal here"))
  func `without a journal the PIPELINE_METRICS lines are on standard error`() async throws {
    try await Workbench.with(eager) { bench in
      let ended = try await bench.refresh()
      let steps = ended.error.split(separator: "\n").filter { $0.hasPrefix("PIPELINE_METRICS: step=") }
      #expect(steps.first?.hasPrefix("PIPELINE_METRICS: step=job_execution_start job_id=") == true)
      #expect(steps.last?.hasPrefix("PIPELINE_METRICS: step=job_execution_complete job_id=") == true)
      #expect(
        steps.dropFirst().first?
          .hasPrefix("PIPELINE_METRICS: step=document_refresh_job_start correlation_id=\"manual_") == true)
      #expect(
        steps.dropLast().last?.hasPrefix("PIPELINE_METRICS: step=document_refresh_job_complete ") == true)
    }
  }

  @Test func `documents are listed, shown and removed by the beginning of their id`() async throws {
    try await Workbench.with(eager) { bench in
      let source = bench.directory + "/widgets.md"
      try write(longText("widgets"), to: source)
      _ = try await bench.track(source)
      _ = try await bench.refresh()
      let list = try await bench.run("ctx7ctl", "documents", "list", "--json")
      let id = try #require(try JSONValue(parsing: list.output).array?.first?["content_id"]?.string)
      let shown = try await bench.run("ctx7ctl", "documents", "show", String(id.prefix(4)))
      #expect(shown.output.contains("widgets-docs"))
      #expect(shown.output.contains("fresh"))
      let text = try await bench.run("ctx7ctl", "documents", "show", id, "--text")
      #expect(text.output.contains("All about widgets number 60."))
      let removed = try await bench.run("ctx7ctl", "documents", "remove", id)
      #expect(removed.output.hasPrefix("removed \(id): file://"))
      let gone = try await bench.run("ctx7ctl", "documents", "show", id)
      #expect(gone.status == 64)
      #expect(gone.error.contains("hint: 'ctx7ctl documents list' lists them"))
    }
  }

  /// Name and contents of every file under a folder, but for what SQLite's readers share.
  private func contents(of folder: String) throws -> [String: Data] {
    var found: [String: Data] = [:]
    for name in try FileManager.default.subpathsOfDirectory(atPath: folder) where !name.hasSuffix("-shm") {
      found[name] = FileManager.default.contents(atPath: "\(folder)/\(name)") ?? Data()
    }
    return found
  }
}
