import Ctx7Documents
import Ctx7Jobs
import Ctx7Model
import TestSupport
import Testing

/// What is deleted from a Weaviate that nobody refreshes any more.
@Suite struct WeaviateSweepTests {
  @Test func `what was left behind is swept around a tenant that may not be touched`() async throws {
    let weaviate = FakeWeaviate()
    try await Stage.withWeaviate(weaviate, source: { .init(200, "# Text of \($0.path)") }) { stage, server in
      for technology in ["a", "b"] {
        for number in 0..<3 {
          try stage.track("\(server.address)/\(technology)/\(number)", technology: technology)
        }
      }
      _ = try await stage.refresh()
      weaviate.setStatus("FROZEN", of: "a-docs")
      stage.now = stage.now.adding(days: 300)
      let report = try await stage.clean(
        CleanupParameters(batchSize: 1, workspaces: WorkspaceSelection(excluded: ["a-docs", "b-docs"])))
      #expect(report.failure == nil)
      #expect(report.recordsProcessed == 3)
      #expect(try stage.store.documents().map(\.technology) == ["a", "a", "a"])
    }
  }

  @Test func `what is renewed while the sweep waits for its workspace is not swept`() async throws {
    let weaviate = FakeWeaviate()
    try await Stage.withWeaviate(weaviate, source: { _ in .init(200, "# Text") }) { stage, server in
      let id = try stage.track(server.address + "/a").id
      _ = try await stage.refresh()
      stage.now = stage.now.adding(days: 300)
      let document = try #require(try stage.store.document(id))
      try await stage.services.with { [stage] connections in
        try await withThrowingTaskGroup(of: Int.self) { group in
          try await connections.content.during(document.workspace) {
            let before = server.counted
            group.addTask {
              try await stage.clean(
                CleanupParameters(workspaces: WorkspaceSelection(excluded: ["widgets-docs"]))
              ).recordsProcessed
            }
            // The class and the tenants; then it waits.
            while server.counted < before + 2 { try await Task.sleep(for: .milliseconds(5)) }
            try await Task.sleep(for: .milliseconds(50))
            try await connections.content.extend(
              document, until: stage.now.adding(days: 30), validators: Validators(), now: stage.now)
          }
          #expect(try await group.next() == 0)
        }
      }
      #expect(weaviate.objects("widgets-docs").count == 1)
      #expect(try stage.store.document(id)?.content != nil)
    }
  }

  @Test func `tenants that have no documents here are cleaned up too`() async throws {
    let weaviate = FakeWeaviate()
    weaviate.createLegacyClass(tenants: ["other-docs", "Not_ours!"])
    try await Stage.withWeaviate(weaviate) { stage, _ in
      weaviate.insert(
        "00000000-0000-4000-8000-000000000001",
        [
          "document_id": "https://example.org/x", "source_provider": "context7",
          "expires_at": JSONValue(stage.now.adding(days: -1)),
        ], tenant: "other-docs")
      let report = try await stage.clean()
      #expect(report.result["summary"]?["total_deleted_chunks"]?.integer == 1)
      #expect(report.result["summary"]?["total_workspaces"]?.integer == 1)
      #expect(report.result["remarks"]?.array?.count == 1)
    }
  }
}
