import Ctx7Documents
import Ctx7Jobs
import Ctx7Model
import Synchronization
import TestSupport
import Testing

/// Documents whose content goes from one store to the other.
@Suite struct StoreChangeTests {
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

  @Test func `a document that a refresh has moved while others were copied keeps its new content`()
    async throws
  {
    try await Stage.withWeaviate(source: { .init(200, "# Text of \($0.path)") }) { stage, server in
      for name in ["a", "b"] { try stage.track("\(server.address)/\(name)") }
      _ = try await stage.refresh()
      let rows = stage.store
      let last = try #require(try rows.documents().map(\.id).max())
      let report = try await stage.services.with {
        try await StoreCopy(from: $0.content, to: rows).run(now: stage.now) { report in
          guard report.documents == 1, let document = try? rows.document(last), var content = document.content
          else { return }
          content.hash = "new"
          try? rows.replace(
            document, with: content, version: nil, chunks: [Chunk("New.")], expiresAt: stage.now,
            now: stage.now)
        }
      }
      #expect((report.documents, report.lost, report.failures) == (1, 0, []))
      #expect(try rows.chunks(of: last) == ["New."])
      #expect(try rows.document(last)?.content?.hash == "new")
    }
  }

  @Test func `a document that is refreshed while the copy waits for its workspace keeps its new content`()
    async throws
  {
    try await Stage.withWeaviate(source: { _ in .init(200, "# Text") }) { stage, server in
      let id = try stage.track(server.address + "/a").id
      _ = try await stage.refresh()
      let rows = stage.store
      let old = try #require(try rows.document(id))
      let report = try await stage.services.with { [stage] connections in
        try await withThrowingTaskGroup(of: StoreCopy.Report.self) { group in
          try await connections.content.during(old.workspace) {
            let before = server.counted
            group.addTask {
              try await stage.services.with {
                try await StoreCopy(from: $0.content, to: rows).run(now: stage.now) { _ in }
              }
            }
            // The class and the tenants; then it waits.
            while server.counted < before + 2 { try await Task.sleep(for: .milliseconds(5)) }
            try await Task.sleep(for: .milliseconds(50))
            var content = try #require(old.content)
            content.hash = "new"
            try await connections.content.replace(
              old, with: content, version: nil, chunks: [Chunk("New.")], expiresAt: stage.now, now: stage.now)
          }
          return try await #require(group.next())
        }
      }
      #expect((report.documents, report.lost, report.failures) == (1, 0, []))
      #expect(try rows.chunks(of: id) == ["New."])
    }
  }

  @Test func `a document that is refreshed here while it is copied away keeps its new content`() async throws
  {
    let weaviate = FakeWeaviate()
    let stored = Mutex<TrackedDocument?>(nil)
    try await Stage.with { stage in
      let rows = stage.store
      try await LoopbackServer.with({ request in
        if request.path.contains("/batch/objects"), let old = stored.withLock({ $0 }),
          var content = old.content
        {
          content.hash = "new"
          try? rows.replace(
            old, with: content, version: nil, chunks: [Chunk("New.")], expiresAt: old.expiresAt,
            now: old.updatedAt)
        }
        return weaviate.answer(request)
      }) { server in
        stage.settings.weaviate.url = server.address
        try write("# A", to: stage.directory + "/a.md")
        let id = try stage.track("file://\(stage.directory)/a.md").id
        _ = try await stage.refresh()
        let old = try rows.document(id)
        stored.withLock { $0 = old }
        let report = try await stage.services.using(.weaviate).with {
          try await StoreCopy(from: rows, to: $0.content).run(now: stage.now) { _ in }
        }
        #expect(report.failures.count == 1)
        #expect(report.failures.first?.hasSuffix("document \(id) was removed or changed meanwhile") == true)
        #expect(try rows.document(id)?.store == .embedded)
        #expect(try rows.chunks(of: id) == ["New."])
      }
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
}
