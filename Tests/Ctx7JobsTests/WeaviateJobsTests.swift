import Ctx7Documents
import Ctx7Jobs
import Ctx7Model
import TestSupport
import Testing

extension Stage {
  /// A stage whose content is in a Weaviate, and whose sources are on the same server under any other path.
  static func withWeaviate(
    _ weaviate: FakeWeaviate = FakeWeaviate(),
    source: @escaping @Sendable (LoopbackServer.Request) -> LoopbackServer.Response? = { _ in nil },
    _ body: (inout Stage, LoopbackServer) async throws -> Void
  ) async throws {
    try await Stage.with { stage in
      try await LoopbackServer.with({ $0.path.hasPrefix("/v1/") ? weaviate.answer($0) : source($0) }) {
        server in
        stage.settings.documentStore = .weaviate
        stage.settings.weaviate.url = server.address
        try await body(&stage, server)
      }
    }
  }
}

@Suite struct WeaviateJobsTests {
  @Test func `documents are fetched, found unchanged, replaced and cleaned up`() async throws {
    let weaviate = FakeWeaviate()
    let text = Texts()
    try await Stage.withWeaviate(weaviate, source: { text.answer($0) }) { stage, server in
      text["/a"] = "# A\n\nThe first text."
      text["/b"] = "# B\n\nAnother text."
      for path in ["/a", "/b"] { try stage.track(server.address + path) }
      #expect(try await stage.refresh().recordsProcessed == 2)
      #expect(weaviate.objects("widgets-docs").count == 2)

      stage.now = stage.now.adding(days: 30)
      text["/a"] = "# A\n\nThe second text."
      let report = try await stage.refresh()
      #expect(report.summary == "2 documents due: 1 fetched anew, 1 unchanged upstream, TTL extended")
      let texts = Set(weaviate.objects("widgets-docs").values.compactMap { $0["content"]?.string })
      #expect(texts == ["# A\n\nThe second text.", "# B\n\nAnother text."])
      for document in try stage.store.documents() {
        let chunk = weaviate.objects("widgets-docs").values.first { $0["document_id"]?.string == document.id }
        #expect(chunk?["expires_at"]?.string == document.expiresAt.description)
      }

      stage.now = stage.now.adding(days: 100)
      let cleanup = try await stage.clean()
      #expect(cleanup.result["summary"]?["total_deleted_documents"]?.integer == 2)
      #expect(cleanup.result["summary"]?["total_deleted_chunks"]?.integer == 2)
      #expect(weaviate.objects("widgets-docs").isEmpty)
      #expect(try stage.store.documents().isEmpty)
      #expect(stage.lines.steps.contains("context7_weaviate_cleanup"))
    }
  }

  @Test func `a workspace that fails stops no other`() async throws {
    let weaviate = FakeWeaviate()
    try await Stage.withWeaviate(weaviate, source: { .init(200, "# Text of \($0.path)") }) { stage, server in
      for technology in ["a", "b", "c"] {
        try stage.track("\(server.address)/\(technology)", technology: technology)
      }
      _ = try await stage.refresh()
      weaviate.setStatus("FROZEN", of: "a-docs")
      weaviate.dropTenant("c-docs")
      stage.now = stage.now.adding(days: 100)
      let cleanup = try await stage.clean()
      #expect(cleanup.failure == nil)
      #expect(cleanup.result["summary"]?["skipped_workspaces"]?.integer == 1)
      #expect(cleanup.result["workspace_results"]?["a-docs"]?["status"]?.string == "skipped_frozen")
      #expect(cleanup.result["workspace_results"]?["b-docs"]?["deleted_chunks"]?.integer == 1)
      #expect(try stage.store.documents().map(\.technology) == ["a"])
    }
  }

  @Test func `a document that Weaviate refuses fails by itself, and the others of its workspace do not`()
    async throws
  {
    let weaviate = FakeWeaviate()
    try await Stage.withWeaviate(weaviate, source: { .init(200, "# Text of \($0.path)") }) { stage, server in
      let refused = try stage.track("\(server.address)/a")
      try stage.track("\(server.address)/b")
      weaviate.options.failingChunk = "\(refused.id)_0"
      let report = try await stage.refresh()
      #expect(report.summary == "2 documents due: 1 fetched anew, 1 failed")
      #expect(report.failure?.errorClass == .weaviate)
      #expect(report.result["summary"]?["failed_workspaces"]?.integer == 0)
      let row = try #require(try stage.store.document(refused.id))
      #expect(row.failedFetches == 1)
      #expect(row.lastError?.contains("store is read-only") == true)
      weaviate.options.failingChunk = nil
      #expect(try await stage.refresh().summary == "1 document due: 1 fetched anew")
    }
  }

  @Test func `vectors of another length are refused with what to do about it`() async throws {
    let model = FakeModel()
    try await Stage.withWeaviate(
      source: { $0.path.hasPrefix("/api/") ? model.answer($0) : .init(200, "# Text of \($0.path)") }
    ) { stage, server in
      stage.settings.embedding.provider = .ollama
      stage.settings.embedding.model = "tiny"
      stage.settings.embedding.endpoint = server.address
      try stage.track(server.address + "/a")
      _ = try await stage.refresh()
      model.change { $0.length = 5 }
      try stage.track(server.address + "/b")
      let failure = try await stage.refresh().failure
      #expect(failure?.message.contains("name a new collection as weaviate.collection") == true)
      stage.settings.weaviate.collection = "Other"
      _ = try await stage.clean()
      #expect(try await stage.refresh().summary == "2 documents due: 2 fetched anew")
    }
  }

  @Test func `content that a change of the store would leave in Weaviate is said`() async throws {
    try await Stage.withWeaviate(source: { .init(200, "# Text of \($0.path)") }) { stage, server in
      func finding() async throws -> HealthCheck.Finding {
        let probes = HealthCheck.probes(of: stage.services, now: { [now = stage.now] in now })
        return try await #require(probes.first { $0.name == "workspaces" }).ask()
      }
      try stage.track(server.address + "/a")
      _ = try await stage.refresh()
      #expect(try await finding().status == .healthy)
      stage.settings.documentStore = .embedded
      let finding = try await finding()
      #expect(finding.status == .degraded)
      #expect(finding.details.contains("'ctx7ctl documents copy --from weaviate --to embedded'"))
    }
  }

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

  @Test func `content that somebody has deleted is fetched again, although nothing has changed upstream`()
    async throws
  {
    let weaviate = FakeWeaviate()
    try await Stage.withWeaviate(
      weaviate,
      source: {
        $0.headers["if-none-match"] == "\"1\"" ? .init(304) : .init(200, "# Text", headers: ["ETag": "\"1\""])
      }
    ) { stage, server in
      let document = try stage.track(server.address + "/a")
      _ = try await stage.refresh()
      let id = try #require(weaviate.objects("widgets-docs").keys.first)
      weaviate.remove(id, tenant: "widgets-docs")
      // Still in time for a refresh: the extension meets nothing to extend.
      stage.now = stage.now.adding(days: 20)
      #expect(try await stage.refresh().summary == "1 document due: 1 fetched anew")
      #expect(weaviate.objects("widgets-docs").keys.first == id)
      // Found by the cleanup: the next refresh fetches it.
      weaviate.remove(id, tenant: "widgets-docs")
      let cleanup = try await stage.clean()
      #expect(cleanup.summary.hasSuffix("1 document found without content, to be fetched again"))
      #expect(try stage.store.document(document.id)?.content == nil)
      _ = try await stage.refresh()
      #expect(weaviate.objects("widgets-docs").count == 1)
    }
  }

  @Test func `content moves to the store that is configured at the next refresh`() async throws {
    try await Stage.withWeaviate(source: { _ in .init(200, "# Text") }) { stage, server in
      stage.settings.documentStore = .embedded
      let document = try stage.track(server.address + "/a")
      _ = try await stage.refresh()
      #expect(try stage.store.chunks(of: document.id) == ["# Text"])
      stage.settings.documentStore = .weaviate
      #expect(try await stage.refresh().recordsProcessed == 1)
      #expect(try stage.store.document(document.id)?.store == .weaviate)
      #expect(try stage.store.chunks(of: document.id).isEmpty)
      #expect(try await stage.refresh().recordsProcessed == 0)
    }
  }

  @Test func `a copy moves everything, read back, and can be repeated`() async throws {
    let weaviate = FakeWeaviate()
    try await Stage.withWeaviate(weaviate, source: { .init(200, "# Text of \($0.path)") }) { stage, server in
      stage.settings.documentStore = .embedded
      for number in 0..<60 {
        try stage.track("\(server.address)/\(number)", technology: "t\(number % 2)")
      }
      _ = try await stage.refresh()
      let rows = stage.store
      let services = stage.services.using(.weaviate)
      weaviate.options.failingChunk = try rows.documents().first.map { "\($0.id)_0" }
      let first = try await services.with {
        try await StoreCopy(from: rows, to: $0.content).run(now: stage.now) { _ in }
      }
      #expect((first.documents, first.failures.count) == (59, 1))
      weaviate.options.failingChunk = nil
      let second = try await services.with {
        try await StoreCopy(from: rows, to: $0.content).run(now: stage.now) { _ in }
      }
      #expect((second.documents, second.chunks, second.failures) == (1, 1, []))
      #expect(try rows.documents().allSatisfy { $0.store == .weaviate })
      #expect(weaviate.objects("t0-docs").count + weaviate.objects("t1-docs").count == 60)
      let back = try await services.with {
        try await StoreCopy(from: $0.content, to: rows).run(now: stage.now) { _ in }
      }
      #expect(back.documents == 60)
      #expect(weaviate.objects("t0-docs").isEmpty)
      #expect(try rows.documents().allSatisfy { $0.store == .embedded && $0.content?.chunkCount == 1 })
    }
  }

  @Test func `a copy that does not come back as it was written leaves the document where it was`()
    async throws
  {
    let weaviate = FakeWeaviate()
    try await Stage.with { stage in
      try await LoopbackServer.with({ request in
        guard var answer = weaviate.answer(request) else { return nil }
        guard request.method == "GET", request.path.contains("/objects/") else { return answer }
        answer.body = Array(String(decoding: answer.body, as: UTF8.self).replacing("own", with: "own!").utf8)
        return answer
      }) { server in
        stage.settings.weaviate.url = server.address
        try write("# A\n\nIts own text.", to: stage.directory + "/a.md")
        let document = try stage.track("file://\(stage.directory)/a.md")
        _ = try await stage.refresh()
        let before = try stage.store.document(document.id)
        let rows = stage.store
        let report = try await stage.services.using(.weaviate).with {
          try await StoreCopy(from: rows, to: $0.content).run(now: stage.now) { _ in }
        }
        #expect(report.documents == 0)
        #expect(report.failures.first?.hasSuffix("stays where it was") == true)
        #expect(try rows.document(document.id) == before)
        #expect(try rows.chunks(of: document.id) == ["# A\n\nIts own text."])
      }
    }
  }

  @Test func `vectors are made before anything is written, and anew by another model`() async throws {
    let weaviate = FakeWeaviate()
    let model = FakeModel()
    try await Stage.withWeaviate(
      weaviate, source: { $0.path.hasPrefix("/api/") ? model.answer($0) : .init(200, "# Text") }
    ) { stage, server in
      stage.settings.embedding.provider = .ollama
      stage.settings.embedding.model = "tiny"
      stage.settings.embedding.endpoint = server.address
      let document = try stage.track(server.address + "/a")
      model.change { $0.omits = 1 }
      #expect(try await stage.refresh().failure?.errorClass == .service)
      #expect(weaviate.objects("widgets-docs").isEmpty)
      model.change { $0.omits = 0 }
      _ = try await stage.refresh()
      #expect(weaviate.vectors("widgets-docs").values.map(\.count) == [4])
      #expect(
        try stage.store.document(document.id)?.content?.embedding
          == EmbeddingMark(model: "ollama/tiny", length: 4))
      #expect(try await stage.refresh().recordsProcessed == 0)
      stage.settings.embedding.model = "other"
      #expect(try await stage.refresh().summary == "1 document due: 1 fetched anew")
      #expect(try stage.store.document(document.id)?.content?.embedding?.model == "ollama/other")
    }
  }

  @Test func `a run that may send so many requests leaves the rest for the next one`() async throws {
    try await Stage.withWeaviate(source: { .init(200, "# Text of \($0.path)") }) { stage, server in
      for number in 0..<5 { try stage.track("\(server.address)/\(number)") }
      stage.settings.fetch.requestBudget = 2
      let report = try await stage.refresh()
      #expect(report.failure == nil)
      #expect(report.summary == "5 documents due: 2 fetched anew, 3 left for the next run")
      #expect(server.requests.count { !$0.path.hasPrefix("/v1/") } == 2)
    }
  }

  @Test
  func `where the language model's proposal is of no use the text is cut without it, and that is counted`()
    async throws
  {
    let model = FakeModel()
    try await Stage.withWeaviate(
      source: {
        $0.path.hasPrefix("/api/") ? model.answer($0) : .init(200, "# One\n\nText.\n\n# Two\n\nText.")
      }
    ) { stage, server in
      stage.settings.llm.provider = .ollama
      stage.settings.llm.model = "tiny"
      stage.settings.llm.endpoint = server.address
      let document = try stage.track(server.address + "/a")
      let report = try await stage.refresh()
      #expect(report.result["summary"]?["llm_fallbacks"]?.integer == 1)
      #expect(try stage.store.document(document.id)?.content?.chunkCount == 1)
      model.change { $0.chat = #"{"starts": [1, 5]}"# }
      try stage.track(server.address + "/b")
      let second = try await stage.refresh()
      #expect(second.result["summary"]?["llm_fallbacks"]?.integer == 0)
      #expect(try stage.store.documents().map { $0.content?.chunkCount }.contains(2))
    }
  }
}
