import Ctx7Database
import Ctx7Documents
import Ctx7Model
import Synchronization
import TestSupport
import Testing

@Suite struct WeaviateStoreTests {
  /// A chunk as docaiche writes it.
  private func foreign(_ document: String, provider: String = "context7", expiresAt: Timestamp = now)
    -> [String: JSONValue]
  {
    [
      "content": "old", "chunk_id": .string("\(document)_0"), "chunk_index": 0, "total_chunks": 1,
      "document_title": "Old", "document_id": .string(document), "technology": "widgets",
      "source_url": .string(document), "expires_at": JSONValue(expiresAt), "created_at": JSONValue(now),
      "updated_at": JSONValue(now), "source_provider": .string(provider),
    ]
  }

  private static let id = "00000000-0000-4000-8000-00000000000"

  @Test
  func `the class is made with ids that are compared as a whole, and tenants that nobody makes by mistake`()
    async throws
  {
    try await withStore { rows in
      try await withWeaviate(rows) { _, weaviate in
        let schema = try #require(weaviate.schema())
        #expect(schema.properties.count == 12)
        for name in ["document_id", "chunk_id", "source_url", "source_provider", "technology"] {
          #expect(schema.properties[name]?["tokenization"] == "field")
        }
        #expect(schema.properties["expires_at"]?["indexRangeFilters"] == true)
        #expect(
          schema.definition["multiTenancyConfig"]
            == ["autoTenantActivation": false, "autoTenantCreation": false, "enabled": true])
        #expect(schema.definition["objectTtlConfig"] == nil)
      }
    }
  }

  @Test func `chunks have the reference's properties`() async throws {
    try await withStore { rows in
      try await withWeaviate(rows) { store, weaviate in
        let document = try await store.put(["one", "two"], of: rows.add("https://example.org/a"))
        let objects = weaviate.objects("widgets-docs").values.sorted {
          ($0["chunk_index"]?.integer ?? 0) < ($1["chunk_index"]?.integer ?? 0)
        }
        #expect(objects.map { $0["content"]?.string } == ["one", "two"])
        #expect(objects[1]["chunk_id"]?.string == "\(document.id)_1")
        #expect(objects[1]["total_chunks"]?.integer == 2)
        #expect(objects[1]["document_id"]?.string == document.id)
        #expect(objects[1]["source_url"]?.string == "https://example.org/a")
        #expect(objects[1]["source_provider"]?.string == "context7")
        #expect(objects[1]["expires_at"]?.string == now.adding(days: 30).description)
      }
    }
  }

  @Test func `a property that is missing is added, one of another type refuses the class`() async throws {
    try await withStore { rows in
      let weaviate = FakeWeaviate()
      weaviate.createLegacyClass(tenants: [])
      var schema = try #require(weaviate.schema())
      schema.properties["source_provider"] = nil
      weaviate.define("DocumentContent", schema.definition, properties: schema.properties)
      try await withWeaviate(rows, weaviate) { _, weaviate in
        #expect(weaviate.schema()?.properties["source_provider"]?["tokenization"] == "field")
      }
      schema.properties["expires_at"] = ["name": "expires_at", "dataType": ["text"]]
      weaviate.define("DocumentContent", schema.definition, properties: schema.properties)
      let error = await #expect(throws: WeaviateMismatch.self) {
        try await withWeaviate(rows, weaviate) { _, _ in }
      }
      #expect(
        error?.description.hasPrefix("property expires_at of collection DocumentContent is text") == true)
      weaviate.define("DocumentContent", ["class": "DocumentContent"], properties: schema.properties)
      await #expect(throws: WeaviateMismatch.self) { try await withWeaviate(rows, weaviate) { _, _ in } }
    }
  }

  @Test func `a property that cannot be added refuses the class`() async throws {
    try await withStore { rows in
      let weaviate = FakeWeaviate()
      weaviate.createLegacyClass(tenants: [])
      var schema = try #require(weaviate.schema())
      schema.properties["expires_at"] = nil
      weaviate.define("DocumentContent", schema.definition, properties: schema.properties)
      try await LoopbackServer.with({
        $0.path.hasSuffix("/properties")
          ? .init(403, #"{"error":[{"message":"forbidden: update collections"}]}"#) : weaviate.answer($0)
      }) { server in
        var settings = WeaviateSettings()
        settings.url = server.address
        try await WebClient.with(WebClient.Options()) { client in
          let error = await #expect(throws: WeaviateError.self) {
            try await WeaviateStore.open(client, settings, key: nil, rows: rows)
          }
          #expect(error?.description.contains("forbidden: update collections (HTTP 403)") == true)
        }
      }
    }
  }

  @Test func `expired is told by the instant, however the date is written`() async throws {
    try await withStore { rows in
      let weaviate = FakeWeaviate()
      weaviate.createLegacyClass(tenants: ["widgets-docs"])
      // The reference has no zone of its own; by their texts alone the first would be later than the second.
      let dates = [
        ("1", "2026-09-21T16:13:20.123456789+02:00"), ("2", "2026-09-21T15:13:20.5Z"),
        ("3", "2026-09-21T13:13:20-02:00"),
      ]
      for (number, date) in dates {
        var chunk = foreign("https://old.example/\(number)")
        chunk["expires_at"] = .string(date)
        weaviate.insert(Self.id + number, chunk, tenant: "widgets-docs")
      }
      try await withWeaviate(rows, weaviate) { store, weaviate in
        let cutOff = try #require(Timestamp(rfc3339: "2026-09-21T14:30:00Z"))
        #expect(try await store.deleteOrphans(in: workspace("widgets-docs"), at: cutOff) == 1)
        #expect(Set(weaviate.objects("widgets-docs").keys) == [Self.id + "2", Self.id + "3"])
      }
    }
  }

  @Test func `an extension that stops half way leaves the row as it was`() async throws {
    try await withStore { rows in
      let weaviate = FakeWeaviate()
      var stored: TrackedDocument?
      try await withWeaviate(rows, weaviate) { store, _ in
        stored = try await store.put(["one", "two", "three"], of: rows.add("https://example.org/a"))
      }
      let document = try #require(stored)
      let patches = Atomic(0)
      try await LoopbackServer.with({
        $0.method == "PATCH" && patches.add(1, ordering: .relaxed).newValue == 2
          ? .init(500) : weaviate.answer($0)
      }) { server in
        var settings = WeaviateSettings()
        settings.url = server.address
        var options = WebClient.Options()
        options.retries = 0
        try await WebClient.with(options) { client in
          let store = try await WeaviateStore.open(client, settings, key: nil, rows: rows)
          await #expect(throws: WeaviateError.self) {
            try await store.extend(document, until: now.adding(days: 60), validators: Validators(), now: now)
          }
        }
      }
      #expect(try rows.document(document.id) == document)
    }
  }

  @Test func `a wrong key is said so, whatever shape the error has`() async throws {
    try await withStore { rows in
      let weaviate = FakeWeaviate()
      weaviate.options.key = "right"
      let error = await #expect(throws: WeaviateError.self) {
        try await withWeaviate(rows, weaviate, key: "wrong") { _, _ in }
      }
      #expect(error?.errorClass == .configuration)
      #expect(error?.description.contains("invalid api key (HTTP 401)") == true)
      try await withWeaviate(rows, weaviate, key: "right") { store, _ in
        let workspaces = try await store.workspaces()
        #expect(workspaces.isEmpty)
      }
    }
  }

  @Test func `one chunk that is not stored fails the document, and the old content stays`() async throws {
    try await withStore { rows in
      try await withWeaviate(rows) { store, weaviate in
        let old = try await store.put(["one", "two"], of: rows.add("https://example.org/a"))
        weaviate.options.failingChunk = "\(old.id)_1"
        let error = await #expect(throws: ContentRefused.self) {
          try await store.put(["uno", "dos"], of: old)
        }
        #expect(
          error?.description.contains("1 of 2 chunks not stored: put object: store is read-only") == true)
        let after = try #require(try rows.document(old.id))
        #expect(try await store.content(of: after).map(\.text) == ["one", "two"])
        weaviate.options.failingChunk = nil
        try await store.settle(old.workspace)
        #expect(weaviate.objects("widgets-docs").count == 2)
        #expect(try await store.content(of: after).map(\.text) == ["one", "two"])
      }
    }
  }

  @Test func `deletions go on until nothing is found, however few one call takes`() async throws {
    try await withStore { rows in
      let weaviate = FakeWeaviate()
      weaviate.options.maximumResults = 7
      try await withWeaviate(rows, weaviate) { store, weaviate in
        let document = try await store.put(
          (0..<40).map { "chunk \($0)" }, of: rows.add("https://example.org/a"), expiresAt: now)
        let deleted = try await store.deleteExpired(in: document.workspace, at: now, batch: 50)
        #expect((deleted.documents, deleted.chunks) == (1, 40))
        #expect(weaviate.objects("widgets-docs").isEmpty)
      }
    }
  }

  @Test
  func `a document of more chunks than one answer lists is replaced whole, found whole and removed whole`()
    async throws
  {
    try await withStore { rows in
      let weaviate = FakeWeaviate()
      weaviate.options.maximumResults = 7
      try await withWeaviate(rows, weaviate) { store, weaviate in
        let old = try await store.put(
          (0..<40).map { "old \($0)" }, of: rows.add("https://example.org/a"))
        #expect(try await store.reconcile(old.workspace, at: now, batch: 5) == 0)
        #expect(try rows.document(old.id) == old)
        let new = try await store.put((0..<30).map { "new \($0)" }, of: old)
        #expect(weaviate.objects("widgets-docs").count == 30)
        #expect(try await store.content(of: new).map(\.text) == (0..<30).map { "new \($0)" })
        #expect(try await store.remove(new))
        #expect(weaviate.objects("widgets-docs").isEmpty)
      }
    }
  }

  @Test func `a shard that may only be read is an error, not an endless loop and not a success`() async throws
  {
    try await withStore { rows in
      try await withWeaviate(rows) { store, weaviate in
        let document = try await store.put(["one"], of: rows.add("https://example.org/a"), expiresAt: now)
        weaviate.options.isReadOnly = true
        let error = await #expect(throws: WeaviateError.self) {
          try await store.deleteExpired(in: document.workspace, at: now, batch: 50)
        }
        #expect(error?.errorClass == .weaviate)
        #expect(try rows.document(document.id) != nil)
      }
    }
  }

  @Test
  func `expired chunks that no row knows are deleted, those of other providers and living ones are not`()
    async throws
  {
    try await withStore { rows in
      try await withWeaviate(rows) { store, weaviate in
        _ = try await store.put(["one"], of: rows.add("https://example.org/a"))
        weaviate.insert(Self.id + "1", foreign("https://old.example/1"), tenant: "widgets-docs")
        weaviate.insert(
          Self.id + "2", foreign("https://old.example/2", provider: "github"), tenant: "widgets-docs")
        weaviate.insert(
          Self.id + "3", foreign("https://old.example/3", expiresAt: now.adding(seconds: 1)),
          tenant: "widgets-docs")
        let name = try workspace("widgets-docs")
        let deleted = try await store.deleteExpired(in: name, at: now, batch: 50)
        #expect((deleted.documents, deleted.chunks) == (0, 0))
        #expect(try await store.deleteOrphans(in: name, at: now) == 1)
        #expect(weaviate.objects("widgets-docs")[Self.id + "1"] == nil)
        #expect(weaviate.objects("widgets-docs").count == 3)
      }
    }
  }

  @Test func `on a collection that compares words no other document is deleted`() async throws {
    try await withStore { rows in
      let weaviate = FakeWeaviate()
      weaviate.createLegacyClass(tenants: ["widgets-docs"])
      try await withWeaviate(rows, weaviate) { store, weaviate in
        let url = "https://context7.com/acme/widgets/llms.txt"
        let document = try rows.track(
          SourceLocation(former: url), technology: "widgets", in: workspace("widgets-docs"), expiresAt: now,
          now: now
        ).document
        weaviate.insert(Self.id + "1", foreign(url), tenant: "widgets-docs")
        weaviate.insert(Self.id + "2", foreign(url + "/archive"), tenant: "widgets-docs")
        weaviate.insert(Self.id + "3", foreign(url, provider: "not context7"), tenant: "widgets-docs")
        _ = try await store.put(["one"], of: document)
        // The reference's chunks of this very document are replaced, whoever wrote them.
        #expect(Set(weaviate.objects("widgets-docs").keys).isDisjoint(with: [Self.id + "1", Self.id + "3"]))
        weaviate.insert(Self.id + "4", foreign("x", provider: "not context7"), tenant: "widgets-docs")
        _ = try await store.deleteOrphans(in: document.workspace, at: now)
        #expect(weaviate.objects("widgets-docs")[Self.id + "2"] == nil, "expired, and of context7")
        #expect(weaviate.objects("widgets-docs")[Self.id + "4"] != nil)
        #expect(weaviate.objects("widgets-docs").count == 2)
        #expect(store.remarks.count == 1)
      }
    }
  }

  @Test func `content that has vanished is found, and fetched again`() async throws {
    try await withStore { rows in
      try await withWeaviate(rows) { store, weaviate in
        let whole = try await store.put(["one", "two"], of: rows.add("https://example.org/a"))
        let torn = try await store.put(["three", "four"], of: rows.add("https://example.org/b"))
        let lost = weaviate.objects("widgets-docs").first { $0.value["content"]?.string == "four" }
        weaviate.remove(try #require(lost?.key), tenant: "widgets-docs")
        await #expect(throws: ContentLost.self) {
          try await store.extend(torn, until: now, validators: Validators(), now: now)
        }
        #expect(try await store.reconcile(torn.workspace, at: now, batch: 50) == 1)
        #expect(try rows.document(torn.id)?.content == nil)
        #expect(try rows.document(whole.id)?.content != nil)
      }
    }
  }
}

extension WeaviateStore {
  /// Stores a document in its chunks, as a refresh does.
  func put(
    _ chunks: [String], of document: TrackedDocument, expiresAt: Timestamp = now.adding(days: 30)
  ) async throws -> TrackedDocument {
    try await during(document.workspace) {
      try await replace(
        document, with: Ctx7DocumentsTests.content(chunks), version: nil, chunks: chunks.map { Chunk($0) },
        expiresAt: expiresAt,
        now: now)
    }
    return try #require(try rows.document(document.id))
  }
}
