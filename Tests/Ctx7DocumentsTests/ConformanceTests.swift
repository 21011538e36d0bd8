import Ctx7Database
import Ctx7Model
import TestSupport
import Testing

@testable import Ctx7Documents

/// The promises of a content store, kept by each of them.
@Suite struct ConformanceTests {
  private func with(_ kind: StoreKind, _ body: (any ContentStore) async throws -> Void) async throws {
    try await withStore { rows in
      guard kind == .weaviate else { return try await body(rows) }
      try await withWeaviate(rows) { store, _ in try await body(store) }
    }
  }

  /// Writes content whose text is its chunks.
  private func write(
    _ chunks: [String], of document: TrackedDocument, to store: any ContentStore,
    expiresAt: Timestamp = now.adding(days: 30)
  ) async throws -> TrackedDocument {
    try await store.during(document.workspace) {
      try await store.replace(
        document, with: content(chunks), version: "1.0.0", chunks: chunks.map { Chunk($0) },
        expiresAt: expiresAt, now: now)
    }
    return try #require(try store.rows.document(document.id))
  }

  private func texts(_ document: TrackedDocument, _ store: any ContentStore) async throws -> [String] {
    try await store.content(of: document).map(\.text)
  }

  /// The chunks in a workspace, whosever they are; every embedded one has a row.
  private func chunkCount(_ store: any ContentStore, _ workspace: WorkspaceName) async throws -> Int {
    if let weaviate = store as? WeaviateStore {
      return try await weaviate.ifPresent(workspace, 0) {
        try await #require(weaviate.objects(workspace).count(.equal("source_provider", "context7")))
      }
    }
    return try store.rows.documents(in: workspace).reduce(0) { try $0 + store.rows.chunks(of: $1.id).count }
  }

  @Test(arguments: StoreKind.allCases)
  func `content comes back as it was written, and the row knows where it is`(kind: StoreKind) async throws {
    try await with(kind) { store in
      let document = try store.rows.add("https://example.org/a")
      let stored = try await write(["one", "two", "three"], of: document, to: store)
      #expect(try await texts(stored, store) == ["one", "two", "three"])
      #expect(stored.store == kind)
      #expect(stored.content?.chunkCount == 3)
      #expect(stored.version == "1.0.0")
      #expect(stored.expiresAt == now.adding(days: 30))
      #expect(try await chunkCount(store, document.workspace) == 3)
      #expect(try await store.workspaces() == [document.workspace])
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `new content leaves nothing of the old behind`(kind: StoreKind) async throws {
    try await with(kind) { store in
      let document = try store.rows.add("https://example.org/a")
      let old = try await write(["one", "two", "three"], of: document, to: store)
      let new = try await write(["uno"], of: old, to: store)
      #expect(try await texts(new, store) == ["uno"])
      #expect(try await chunkCount(store, document.workspace) == 1)
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `writing the same again changes nothing`(kind: StoreKind) async throws {
    try await with(kind) { store in
      let document = try store.rows.add("https://example.org/a")
      let first = try await write(["one", "two"], of: document, to: store)
      let second = try await write(["one", "two"], of: first, to: store)
      #expect(second == first)
      #expect(try await chunkCount(store, document.workspace) == 2)
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `vectors come back with their chunks`(kind: StoreKind) async throws {
    try await with(kind) { store in
      let document = try store.rows.add("https://example.org/a")
      var content = try content(["one"])
      content.embedding = EmbeddingMark(model: "test/m", length: 3)
      let chunk = Chunk("one", vector: [0.5, 0.25, -0.125])
      try await store.during(document.workspace) {
        try await store.replace(
          document, with: content, version: nil, chunks: [chunk], expiresAt: now, now: now)
      }
      let stored = try #require(try store.rows.document(document.id))
      #expect(try await store.content(of: stored) == [chunk])
      #expect(stored.content?.embedding == EmbeddingMark(model: "test/m", length: 3))
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `an extension moves the expiry and nothing else`(kind: StoreKind) async throws {
    try await with(kind) { store in
      let document = try store.rows.add("https://example.org/a")
      let stored = try await write(["one", "two"], of: document, to: store, expiresAt: now)
      let validators = Validators(
        etag: "\"2\"", upstream: Upstream(revision: "r", changedAt: now, stars: 7))
      try await store.extend(stored, until: now.adding(days: 9), validators: validators, now: now)
      let extended = try #require(try store.rows.document(document.id))
      #expect(extended.expiresAt == now.adding(days: 9))
      #expect(extended.content?.validators == validators)
      #expect(extended.content?.hash == stored.content?.hash)
      #expect(try await texts(extended, store) == ["one", "two"])
      #expect(try await store.deleteExpired(in: document.workspace, at: now, batch: 10) == .init())
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `only what had expired is deleted, batch by batch, and counted`(kind: StoreKind) async throws {
    try await with(kind) { store in
      for number in 0..<5 {
        let document = try store.rows.add("https://example.org/\(number)")
        _ = try await write(
          ["one", "two"], of: document, to: store, expiresAt: now.adding(seconds: number < 3 ? 0 : 1))
      }
      try store.rows.add("https://example.org/never-fetched")
      let name = try workspace("widgets-docs")
      let first = try await store.deleteExpired(in: name, at: now, batch: 2)
      #expect((first.documents, first.chunks) == (2, 4))
      let second = try await store.deleteExpired(in: name, at: now, batch: 2)
      #expect((second.documents, second.chunks) == (1, 2))
      #expect(try store.rows.documents().count == 3)
      #expect(try await chunkCount(store, name) == 4)
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `what was left behind is deleted wherever it is`(kind: StoreKind) async throws {
    try await with(kind) { store in
      for technology in ["a", "b"] {
        let document = try store.rows.add(
          "https://example.org/\(technology)", in: "\(technology)-docs", technology: technology)
        _ = try await write(["one"], of: document, to: store, expiresAt: now)
      }
      let cutOff = now.adding(seconds: 1)
      #expect(
        try store.rows.forgottenWorkspaces(expiredBefore: cutOff).map(\.rawValue) == ["a-docs", "b-docs"])
      for name in ["a-docs", "b-docs"] {
        let deleted = try await store.deleteForgotten(in: workspace(name), expiredBefore: cutOff, batch: 10)
        #expect((deleted.documents, deleted.chunks) == (1, 1))
      }
      #expect(try store.rows.documents().isEmpty)
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `what was never fetched is left behind by when it was tracked last, not by an expiry of long ago`(
    kind: StoreKind
  ) async throws {
    try await with(kind) { store in
      let imported = try store.rows.add("https://example.org/a", expiresAt: now.adding(days: -400))
      let cutOff = now.adding(days: -90)
      #expect(try store.rows.forgottenWorkspaces(expiredBefore: cutOff).isEmpty)
      let name = imported.workspace
      #expect(try await store.deleteForgotten(in: name, expiredBefore: cutOff, batch: 10).documents == 0)
      let later = now.adding(seconds: 1)
      #expect(try await store.deleteForgotten(in: name, expiredBefore: later, batch: 10).documents == 1)
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `a document whose expiry was moved by hand keeps its content`(kind: StoreKind) async throws {
    try await with(kind) { store in
      let document = try await write(
        ["one", "two"], of: store.rows.add("https://example.org/a"), to: store, expiresAt: now)
      let later = now.adding(days: 1)
      let moved = try store.rows.track(
        document.source, technology: "widgets", in: document.workspace, expiresAt: now.adding(days: 30),
        now: later
      ).document
      #expect(try await store.deleteExpired(in: document.workspace, at: later, batch: 10).documents == 0)
      #expect(try await store.deleteOrphans(in: document.workspace, at: later) == 0)
      #expect(try await texts(moved, store) == ["one", "two"])
      #expect(try await store.reconcile(document.workspace, at: later, batch: 10) == 0)
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `a removed document takes its content with it, and no other`(kind: StoreKind) async throws {
    try await with(kind) { store in
      let gone = try await write(["one"], of: store.rows.add("https://example.org/a"), to: store)
      let kept = try await write(["two"], of: store.rows.add("https://example.org/a/longer"), to: store)
      #expect(try await store.remove(gone))
      #expect(try await store.remove(gone) == false)
      #expect(try await texts(kept, store) == ["two"])
      #expect(try await chunkCount(store, kept.workspace) == 1)
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `rows and content that agree are left alone`(kind: StoreKind) async throws {
    try await with(kind) { store in
      let document = try await write(["one", "two"], of: store.rows.add("https://example.org/a"), to: store)
      #expect(try await store.reconcile(document.workspace, at: now, batch: 1) == 0)
      #expect(try store.rows.document(document.id) == document)
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `a document that was removed meanwhile is not written`(kind: StoreKind) async throws {
    try await with(kind) { store in
      let document = try store.rows.add("https://example.org/a")
      _ = try store.rows.remove(document.id)
      await #expect(throws: (any Error).self) { _ = try await write(["one"], of: document, to: store) }
      #expect(try store.rows.documents().isEmpty)
      #expect(try await chunkCount(store, document.workspace) == 0)
    }
  }
}

/// Content whose hash is that of its chunks.
func content(_ chunks: [String], fetchedAt: Timestamp = now) throws -> TrackedDocument.Content {
  let text = chunks.joined(separator: "\n\n")
  return TrackedDocument.Content(
    of: try NormalisedDocument(text), chunkCount: chunks.count, quality: QualityScore(of: text), ttlDays: 30,
    validators: Validators(), fetchedAt: fetchedAt)
}

/// A store on a Weaviate of its own.
func withWeaviate(
  _ rows: DocumentStore, _ weaviate: FakeWeaviate = FakeWeaviate(),
  settings: WeaviateSettings = WeaviateSettings(), key: String? = nil,
  _ body: (WeaviateStore, FakeWeaviate) async throws -> Void
) async throws {
  try await LoopbackServer.with({ weaviate.answer($0) }) { server in
    var settings = settings
    settings.url = server.address
    var options = WebClient.Options()
    options.retries = 0
    try await WebClient.with(options) { client in
      try await body(WeaviateStore.open(client, settings, key: key, rows: rows), weaviate)
    }
  }
}
