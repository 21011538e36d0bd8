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
