import Ctx7Database
import Ctx7Documents
import Ctx7Jobs
import Ctx7Model
import Foundation
import GRDB
import Synchronization
import TestSupport
import Testing

@Suite struct RefreshTests {
  @Test func `a new document is fetched, cut and stored with its time to live`() async throws {
    try await Stage.with { stage in
      let text = "# Widgets 3.0.0\n\nHow to use it.\n\n```swift\nuse()\n```\n"
      try write(text, to: stage.directory + "/widgets.md")
      let document = try stage.track("file://\(stage.directory)/widgets.md")
      let report = try await stage.refresh()
      #expect(report.recordsProcessed == 1)
      #expect(report.failure == nil)
      let stored = try #require(try stage.store.document(document.id))
      #expect(stored.version == "3.0.0")
      #expect(stored.content?.codeBlockCount == 1)
      #expect(stored.content?.fetchedAt == stage.now)
      // 30 · 1.2 (version 3) · 0.9 (short) · 0.7 (quality 0.1)
      #expect(stored.content?.ttlDays == 22)
      #expect(stored.expiresAt == stage.now.adding(days: 22))
      #expect(try stage.store.chunks(of: document.id).joined().contains("use()"))
    }
  }

  @Test func `what is stored is the source's own text, judged once`() async throws {
    try await Stage.with { stage in
      let text = "# Getting started\n\nSetup, usage and one example.\n\n```\nuse()\n```"
      try write(text, to: stage.directory + "/a.md")
      let document = try stage.track("file://\(stage.directory)/a.md", technology: "react")
      _ = try await stage.refresh()
      #expect(try stage.store.chunks(of: document.id) == [text])
      let stored = try #require(try stage.store.document(document.id))
      #expect(stored.content?.quality == QualityScore(of: text).value)
      stage.now = stage.now.adding(days: 40)
      stage.parameters.minimumQualityScore = QualityScore(of: text).value + 0.01
      let poor = try await stage.refresh()
      #expect(poor.result["summary"]?["total_refreshed_documents"]?.integer == 0)
      #expect(
        poor.summary == "nothing is due in 1 workspace, 1 below minimum_quality_score left to expire")
      stage.parameters.minimumQualityScore -= 0.01
      #expect(try await stage.refresh().result["summary"]?["total_refreshed_documents"]?.integer == 1)
    }
  }

  @Test func `a workspace of which no document that was due could be had has failed`() async throws {
    try await Stage.with { stage in
      try write("# Text", to: stage.directory + "/a.md")
      for (path, technology) in [("/a.md", "mixed"), ("/b.md", "mixed"), ("/c.md", "broken")] {
        try write("# Text", to: stage.directory + path)
        try stage.track("file://\(stage.directory)\(path)", technology: technology)
      }
      for path in ["/b.md", "/c.md"] {
        try Data([0x41, 0xFF]).write(to: URL(fileURLWithPath: stage.directory + path))
      }
      let result = try await stage.refresh().result
      #expect(result["summary"]?["success_rate_percent"]?.number == 50)
      #expect(result["summary"]?["failed_workspaces"]?.integer == 1)
      #expect(result["failed_workspaces"]?.array == ["broken-docs"])
      let workspaces = result["workspace_results"]
      #expect(workspaces?["mixed-docs"]?["status"] == "completed")
      #expect(workspaces?["mixed-docs"]?["documents_failed"]?.integer == 1)
      #expect(workspaces?["broken-docs"]?["status"] == "failed")
      #expect(workspaces?["broken-docs"]?["error"]?.string?.hasSuffix("/c.md: not UTF-8 text") == true)
    }
  }

  @Test func `a run that finds nothing to do is a success, one that cannot look is not`() async throws {
    try await Stage.with { stage in
      let nothing = try await stage.refresh()
      #expect(nothing.failure == nil)
      #expect(nothing.result["summary"]?["success_rate_percent"]?.number == 100)
      try stage.track("file:///nowhere.md")
      try stage.store.file.write {
        try $0.execute(sql: "ALTER TABLE documents RENAME quality_score TO quality")
      }
      let blind = try await stage.refresh()
      #expect(blind.failure?.errorClass == .database)
      #expect(blind.result["summary"]?["failed_workspaces"]?.integer == 1)
      #expect(blind.result["summary"]?["success_rate_percent"]?.number == 0)
    }
  }

  @Test func `unchanged content only gets a later expiry, however its snippets are ordered`() async throws {
    let snippets = (1...3).map {
      "### Title \($0)\n\nSource: https://example.org/\($0)\n\n```\ncode \($0)\n```"
    }
    let separator = "\n\n--------------------------------\n\n"
    try await Stage.with { stage in
      let path = stage.directory + "/llms.txt"
      try write(snippets.joined(separator: separator), to: path)
      let document = try stage.track("file://\(path)")
      _ = try await stage.refresh()
      let chunks = try stage.store.chunks(of: document.id)
      try write(snippets.reversed().joined(separator: separator), to: path)
      stage.now = stage.now.adding(days: 20)
      let report = try await stage.refresh()
      #expect(report.summary == "1 document due: 1 unchanged upstream, TTL extended")
      let stored = try #require(try stage.store.document(document.id))
      #expect(stored.expiresAt == stage.now.adding(days: Int64(stored.content?.ttlDays ?? 0)))
      #expect(try stage.store.chunks(of: document.id) == chunks)
    }
  }

  @Test func `changed content takes the place of the old`() async throws {
    try await Stage.with { stage in
      let path = stage.directory + "/a.md"
      try write((1...80).map { "Paragraph \($0) of the old text." }.joined(separator: "\n\n"), to: path)
      let document = try stage.track("file://\(path)")
      _ = try await stage.refresh()
      try write((1...30).map { "Paragraph \($0) of the new text." }.joined(separator: "\n\n"), to: path)
      stage.now = stage.now.adding(days: 30)
      _ = try await stage.refresh()
      let text = try stage.store.chunks(of: document.id).joined(separator: "\n")
      #expect(text.contains("Paragraph 30 of the new text."))
      #expect(!text.contains("old"))
    }
  }

  /// One answer each for a document that has content: what becomes of it.
  static let failures: [(LoopbackServer.Response, ErrorClass?)] = [
    (.init(500), .service), (.init(429), .rateLimit), (.init(403), .notFound), (.init(202, "{}"), .content),
    (.init(200, ""), .content), (.init(200, "No content available"), .content),
    (.init(200, "<html>"), .content), (.init(200, "tiny"), .content), (.init(404), nil), (.init(410), nil),
  ]

  @Test(arguments: failures)
  func `whatever the source does wrong, content and expiry stay`(
    response: LoopbackServer.Response, error: ErrorClass?
  )
    async throws
  {
    try await Stage.with { stage in
      let text = "# Widgets\n\n" + String(repeating: "Some text about widgets. ", count: 40)
      let isBroken = Atomic(false)
      try await LoopbackServer.with({ _ in isBroken.load(ordering: .relaxed) ? response : .init(200, text) })
      { server in
        let document = try stage.track(server.address + "/llms.txt")
        _ = try await stage.refresh()
        let before = try #require(try stage.store.document(document.id))
        let chunks = try stage.store.chunks(of: document.id)
        isBroken.store(true, ordering: .relaxed)
        stage.now = stage.now.adding(days: 30)
        let report = try await stage.refresh()
        let after = try #require(try stage.store.document(document.id))
        #expect(report.failure?.errorClass == error)
        #expect(report.recordsFailed == (error == nil ? 0 : 1))
        #expect((after.goneAt != nil) == (error == nil))
        #expect(after.expiresAt == before.expiresAt)
        #expect(after.content == before.content)
        #expect(try stage.store.chunks(of: document.id) == chunks)
        #expect(after.lastError?.hasPrefix(server.address) == true)
      }
    }
  }

  @Test func `a library that has moved is asked for by its new id from then on`() async throws {
    let context7 = FakeContext7()
    context7["/acme/gadgets"] = .init("# Gadgets\n\nThe text.")
    let moved = LoopbackServer.Response(301, #"{"error":"library_redirected","redirectUrl":"/acme/gadgets"}"#)
    try await Stage.with { stage in
      try await LoopbackServer.with({ $0.path.hasPrefix("/acme/widgets/") ? moved : context7.answer($0) }) {
        server in
        stage.settings.context7.apiURL = server.address + "/api"
        stage.settings.context7.baseURL = server.address
        let document = try stage.track("context7:/acme/widgets")
        _ = try await stage.refresh()
        #expect(try stage.store.chunks(of: document.id) == ["# Gadgets\n\nThe text."])
        let before = server.requests.count
        context7["/acme/gadgets"] = .init("# Gadgets\n\nMore text.", updated: "2026-10-01T00:00:00Z")
        stage.now = stage.now.adding(days: 40)
        _ = try await stage.refresh()
        #expect(try stage.store.chunks(of: document.id) == ["# Gadgets\n\nMore text."])
        let paths = server.requests[before...].map(\.path)
        #expect(!paths.isEmpty && paths.allSatisfy { !$0.contains("/acme/widgets") })
      }
    }
  }

  @Test func `one failing document stops no other, and the counts are true`() async throws {
    try await Stage.with { stage in
      try await LoopbackServer.with({ $0.path == "/bad" ? .init(500) : .init(200, "# Text of \($0.path)") }) {
        server in
        for name in ["a", "bad", "c"] { try stage.track("\(server.address)/\(name)") }
        try stage.track("\(server.address)/other", technology: "other")
        let report = try await stage.refresh()
        #expect(report.recordsProcessed == 3)
        #expect(report.recordsFailed == 1)
        #expect(
          report.failure?.message.hasPrefix(
            "1 of 4 documents failed: \(server.address)/bad: the server failed (HTTP 500)") == true)
        let details = report.failure?.details
        #expect(details?["causes_in_all"] == 1)
        #expect(details?["causes"]?.array?.first?["error_class"] == "ServiceError")
        let widgets = report.result["workspace_results"]?["widgets-docs"]
        #expect(widgets?["candidates_found"]?.integer == 3)
        #expect(widgets?["documents_refreshed"]?.integer == 2)
        #expect(widgets?["documents_failed"]?.integer == 1)
        #expect(report.result["summary"]?["success_rate_percent"]?.number == 100)
      }
    }
  }

  @Test func `a document that is removed during the run is left out, and stops no other`() async throws {
    try await Stage.with { stage in
      let store = stage.store
      try await LoopbackServer.with({ request in
        if request.path == "/a" {
          let asked = try? store.documents().first { $0.source.description.hasSuffix("/a") }
          if let asked { _ = try? store.remove(asked.id) }
        }
        return .init(200, "# Text of \(request.path)")
      }) { server in
        for name in ["a", "b", "c"] { try stage.track("\(server.address)/\(name)") }
        let report = try await stage.refresh()
        #expect(report.failure == nil)
        #expect(report.recordsProcessed == 2)
        #expect(report.summary == "2 documents due: 2 fetched anew")
      }
    }
  }

  @Test func `workspaces without candidates count as processed`() async throws {
    try await Stage.with { stage in
      try write("# A", to: stage.directory + "/a.md")
      try stage.track("file://\(stage.directory)/a.md")
      _ = try await stage.refresh()
      let report = try await stage.refresh()
      #expect(report.result["summary"]?["processed_workspaces"]?.integer == 1)
      #expect(report.result["workspace_results"]?["widgets-docs"]?["duration_ms"] != nil)
    }
  }

  @Test func `excluded workspaces are left alone, and targets keep to themselves`() async throws {
    try await Stage.with { stage in
      for technology in ["a", "b", "c"] {
        try write("# \(technology)", to: "\(stage.directory)/\(technology).md")
        try stage.track("file://\(stage.directory)/\(technology).md", technology: technology)
      }
      stage.parameters.workspaces = WorkspaceSelection(targets: ["a-docs", "b-docs"], excluded: ["b-docs"])
      _ = try await stage.refresh()
      #expect(try stage.store.documents().filter { $0.content != nil }.map(\.technology) == ["a"])
    }
  }

  @Test func `the lines have the names and the order of fields that they always had`() async throws {
    try await Stage.with { stage in
      try write("# A", to: stage.directory + "/a.md")
      try stage.track("file://\(stage.directory)/a.md")
      try stage.track("file://\(stage.directory)/missing.md")
      _ = try await stage.refresh()
      let fields = Dictionary(
        stage.lines.value.map { ($0.step ?? "", $0.fields.map(\.key)) },
        uniquingKeysWith: { first, _ in first })
      #expect(fields["document_refresh_job_start"] == ["correlation_id", "job_id"])
      #expect(fields["document_refresh_workspace_start"] == ["correlation_id", "workspace"])
      #expect(
        fields["document_refresh_candidates_found"] == [
          "correlation_id", "workspace", "candidates_count", "total_queried",
        ])
      #expect(
        fields["document_refresh_success"] == ["correlation_id", "content_id", "duration_ms", "technology"])
      #expect(fields["document_refresh_failed"] == ["correlation_id", "content_id", "duration_ms"])
      #expect(
        fields["document_refresh_batch_complete"]
          == [
            "correlation_id", "workspace", "batch_number", "duration_ms", "batch_size", "refreshed", "failed",
          ])
      #expect(
        fields["document_refresh_workspace_complete"]
          == ["correlation_id", "workspace", "duration_ms", "candidates", "refreshed", "failed"])
      #expect(
        fields["document_refresh_job_complete"]
          == ["correlation_id", "duration_ms", "workspaces_processed", "total_refreshed", "success_rate"])
      let fetches = stage.lines.value.filter { $0.step == "context7_fetch_complete" }.map {
        $0.fields.map(\.key)
      }
      let common = ["duration_ms", "correlation_id", "technology", "owner", "success"]
      #expect(Set(fetches) == [common, common + ["reason"]])
      #expect(stage.lines.steps.first == "document_refresh_job_start")
      #expect(stage.lines.steps.last == "document_refresh_job_complete")
    }
  }

  @Test func `a cancelled refresh stops soon and keeps what it has`() async throws {
    try await Stage.with { stage in
      let fetched = Atomic(0)
      try await LoopbackServer.with({ _ in
        .init(200, "# Text \(fetched.add(1, ordering: .relaxed).newValue)", delay: .milliseconds(20))
      }) { server in
        for number in 0..<200 { try stage.track("\(server.address)/\(number)") }
        let run = stage
        await withTaskGroup(of: Void.self) { group in
          group.addTask { await #expect(throws: CancellationError.self) { _ = try await run.refresh() } }
          while server.requests.count < 5 { await Task.yield() }
          group.cancelAll()
        }
        let kept = try stage.store.documents().count { $0.content != nil }
        #expect(kept >= 4)
        #expect(kept < 200)
      }
    }
  }
}
