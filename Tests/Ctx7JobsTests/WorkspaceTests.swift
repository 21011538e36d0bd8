import Ctx7Documents
import Ctx7Jobs
import Ctx7Model
import TestSupport
import Testing

/// Which workspaces the jobs work on, on either store, and what becomes of the others.
@Suite struct WorkspaceTests {
  private func with(
    _ kind: StoreKind, _ weaviate: FakeWeaviate = FakeWeaviate(),
    _ body: (inout Stage, LoopbackServer) async throws -> Void
  ) async throws {
    try await Stage.withWeaviate(weaviate, source: { .init(200, "# Text of \($0.path)") }) { stage, server in
      stage.settings.documentStore = kind
      for technology in ["a", "b", "c", "d", "e", "f", "g"] {
        try stage.track("\(server.address)/\(technology)", technology: technology)
      }
      try await body(&stage, server)
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `excluded workspaces are neither refreshed nor cleaned up, and targets keep to themselves`(
    kind: StoreKind
  )
    async throws
  {
    try await with(kind) { stage, _ in
      let selection = WorkspaceSelection(targets: ["a-docs", "b-docs", "c-docs"], excluded: ["b-docs"])
      stage.parameters.workspaces = selection
      #expect(try await stage.refresh().result["summary"]?["total_workspaces"]?.integer == 2)
      #expect(try stage.store.documents().filter { $0.content != nil }.map(\.technology) == ["a", "c"])
      stage.now = stage.now.adding(days: 80)
      let cleaned = try await stage.clean(
        CleanupParameters(workspaces: WorkspaceSelection(excluded: ["a-docs"])))
      #expect(cleaned.recordsProcessed == 1)
      #expect(try stage.store.documents().filter { $0.content != nil }.map(\.technology) == ["a"])
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `more than five workspaces are as healthy as five`(kind: StoreKind) async throws {
    try await with(kind) { stage, _ in
      _ = try await stage.refresh()
      let report = try await stage.clean()
      #expect(report.result["summary"]?["processed_workspaces"]?.integer == 7)
      #expect(report.result["summary"]?["success_rate_percent"]?.number == 100)
      let health = await stage.services.weaviateHealth()
      if kind == .weaviate { #expect(health.details == "Weaviate 1.39.0, 7 workspaces") }
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `an expired document that was refreshed in time is not cleaned up`(kind: StoreKind) async throws {
    try await with(kind) { stage, _ in
      _ = try await stage.refresh()
      stage.now = stage.now.adding(days: 85)
      #expect(try await stage.refresh().result["summary"]?["total_unchanged_documents"]?.integer == 7)
      #expect(try await stage.clean().recordsProcessed == 0)
      #expect(try stage.store.documents().count == 7)
    }
  }

  @Test func `as many workspaces are cleaned up at once as configured, and all are`() async throws {
    let weaviate = FakeWeaviate()
    try await with(.weaviate, weaviate) { stage, _ in
      _ = try await stage.refresh()
      stage.now = stage.now.adding(days: 80)
      // A server of its own, which has seen nothing of the refresh.
      let slow = { @Sendable (request: LoopbackServer.Request) -> LoopbackServer.Response? in
        var response = weaviate.answer(request)
        if request.method == "DELETE" { response?.delay = .milliseconds(50) }
        return response
      }
      let run = stage
      try await LoopbackServer.with(slow) { server in
        var run = run
        run.settings.weaviate.url = server.address
        let report = try await run.clean(CleanupParameters(maxConcurrentWorkspaceJobs: 2))
        #expect(report.recordsProcessed == 7)
        #expect(run.lines.steps.count { $0 == "ttl_cleanup_workspace_complete" } == 7)
        #expect(server.mostAtOnce == 2)
      }
    }
  }

  @Test func `a listing that fails is a failure, not a run with nothing to do`() async throws {
    let weaviate = FakeWeaviate()
    try await Stage.with { stage in
      try await LoopbackServer.with({
        $0.path.hasSuffix("/tenants") && $0.method == "GET" ? .init(500) : weaviate.answer($0)
      }) { server in
        stage.settings.documentStore = .weaviate
        stage.settings.weaviate.url = server.address
        let run = stage
        await #expect(throws: WeaviateError.self) { try await run.clean() }
        #expect(stage.lines.steps.last == "ttl_cleanup_job_error")
      }
    }
  }
}
