import Ctx7Database
import Ctx7Documents
import Ctx7Model
import GRDB
import TestSupport
import Testing

let now = Timestamp(seconds: 1_790_000_000)

func withStore(_ body: (DocumentStore) async throws -> Void) async throws {
  try await withTemporaryDirectory { try await body(DocumentStore(path: $0 + "/documents.sqlite")) }
}

func workspace(_ name: String) throws -> WorkspaceName { try #require(WorkspaceName(rawValue: name)) }

extension DocumentStore {
  /// Tracks a document of workspace `widgets-docs`.
  @discardableResult
  func add(
    _ url: String, in name: String = "widgets-docs", technology: String = "widgets",
    expiresAt: Timestamp = now
  )
    throws -> TrackedDocument
  {
    try track(
      SourceLocation(url), technology: technology, in: workspace(name), expiresAt: expiresAt, now: now
    ).document
  }

  /// Gives a document content.
  func fill(
    _ document: TrackedDocument, _ text: String = "# Text\n", chunks: [String], fetchedAt: Timestamp = now,
    expiresAt: Timestamp = now.adding(days: 30)
  ) throws {
    let normalised = try NormalisedDocument(text)
    try replace(
      document,
      with: TrackedDocument.Content(
        of: normalised, chunkCount: chunks.count, quality: QualityScore(of: text), ttlDays: 30,
        validators: Validators(), fetchedAt: fetchedAt),
      version: nil, chunks: chunks.map { Chunk($0) }, expiresAt: expiresAt, now: fetchedAt)
  }
}

@Suite struct StoreTests {
  @Test func `a tracked document is pending until it is fetched`() async throws {
    try await withStore { store in
      let document = try store.add("https://example.org/a")
      #expect(document.content == nil)
      #expect(document.expiresAt == now)
      #expect(try store.document(document.id) == document)
      #expect(try store.document(String(document.id.prefix(5))) == document)
      #expect(try store.workspaces().map(\.rawValue) == ["widgets-docs"])
    }
  }

  @Test func `tracking a source again updates it, in another workspace it is another document`() async throws
  {
    try await withStore { store in
      let first = try store.add("https://example.org/a")
      let again = try store.add("https://example.org/a", expiresAt: now.adding(days: 3))
      let other = try store.add("https://example.org/a", in: "other-docs", technology: "other")
      #expect(again.id == first.id)
      #expect(again.expiresAt == now.adding(days: 3))
      #expect(other.id != first.id)
      #expect(try store.documents().count == 2)
      #expect(try store.documents(in: workspace("other-docs")).map(\.id) == [other.id])
    }
  }

  @Test(arguments: ["HTTPS://Example.ORG/a#part", "https://example.org/a#", "https://example.org/a"])
  func `an address is one document, however it is written`(written: String) async throws {
    try await withStore { store in
      let first = try store.add("https://example.org/a")
      #expect(try store.add(written).id == first.id)
      #expect(try store.add("https://example.org/A").id != first.id)
    }
  }

  @Test func `a document that was tracked under an address as it was written is found by it`() async throws {
    try await withStore { store in
      try store.add("https://example.org/a")
      try store.file.write {
        try $0.execute(
          sql: "UPDATE documents SET content_id = 'e30b13e77951f376', source_url = 'HTTPS://Example.org/a#b'")
      }
      #expect(try store.add("HTTPS://Example.org/a#b").id == "e30b13e77951f376")
      #expect(try store.documents().map(\.source.description) == ["https://example.org/a"])
    }
  }

  @Test func `a row of an address that nobody could track today is still read`() async throws {
    try await withStore { store in
      let document = try store.add("https://example.org/a")
      try store.file.write {
        try $0.execute(sql: "UPDATE documents SET source_url = 'https://example.org:99999/'")
      }
      #expect(try store.document(document.id)?.source.description == "https://example.org:99999/")
    }
  }

  @Test func `an empty id names no document, not even the only one`() async throws {
    try await withStore { store in
      try store.add("https://example.org/a")
      #expect(try store.document("") == nil)
    }
  }

  @Test func `tracked once more without a time, content stays as fresh as it is`() async throws {
    try await withStore { store in
      let first = try store.add("https://example.org/a")
      try store.fill(first, chunks: ["All of it."], expiresAt: now.adding(days: 30))
      let (again, tracking) = try store.track(
        first.source, technology: first.technology, in: first.workspace, expiresAt: nil,
        now: now.adding(days: 1))
      #expect(tracking == .updated)
      #expect(again.expiresAt == now.adding(days: 30))
      #expect(try store.chunks(of: first.id) == ["All of it."])
    }
  }

  @Test func `two technologies do not share a workspace by the accident of their names`() async throws {
    try await withStore { store in
      try store.add("https://example.org/a", in: "next-js-docs", technology: "next.js")
      #expect(throws: DocumentStore.WorkspaceTaken.self) {
        try store.add("https://example.org/b", in: "next-js-docs", technology: "next-js")
      }
    }
  }

  @Test func `new content replaces the old, chunks that are gone included`() async throws {
    try await withStore { store in
      let document = try store.add("https://example.org/a")
      try store.fill(document, chunks: ["one", "two", "three"])
      try store.fill(document, chunks: ["one", "zwei"])
      #expect(try store.chunks(of: document.id) == ["one", "zwei"])
      let stored = try #require(try store.document(document.id))
      #expect(stored.content?.chunkCount == 2)
      #expect(stored.expiresAt == now.adding(days: 30))
      let found = try store.file.read { database in
        try String.fetchAll(
          database,
          sql:
            "SELECT content FROM chunks_search WHERE chunks_search MATCH 'one OR two OR three OR zwei' ORDER BY rowid"
        )
      }
      #expect(Set(found) == ["one", "zwei"])
      try store.file.write {
        try $0.execute(sql: "INSERT INTO chunks_search (chunks_search) VALUES ('integrity-check')")
      }
    }
  }

  @Test func `two documents may say the same, and a new title takes the place of the old`() async throws {
    try await withStore { store in
      let first = try store.add("https://example.org/a")
      let second = try store.add("https://example.org/b")
      for document in [first, second] { try store.fill(document, chunks: ["one"]) }
      #expect(try Set(store.documents().map { $0.content?.hash }).count == 1)
      _ = try store.track(
        first.source, technology: "widgets", in: first.workspace, title: "Widgets API", expiresAt: now,
        now: now)
      let renamed = try #require(try store.document(first.id))
      #expect((renamed.title, renamed.type) == ("Widgets API", .api))
      #expect(renamed.content?.chunkCount == 1)
    }
  }

  @Test func `a library and each question to it are documents of their own`() async throws {
    try await withStore { store in
      let urls = ["", "?query=a", "?query=b", "/v2"].map { "context7:/acme/widgets\($0)" }
      for url in urls { try store.fill(store.add(url), chunks: ["of \(url)"]) }
      let documents = try store.documents()
      #expect(Set(documents.map(\.id)).count == 4)
      for document in documents {
        #expect(try store.chunks(of: document.id) == ["of \(document.source)"])
      }
    }
  }

  @Test func `times are kept as numbers, and a state that there is not is refused`() async throws {
    try await withStore { store in
      let document = try store.add("https://example.org/a")
      try store.fill(document, chunks: ["one"])
      try store.file.write { database in
        let types = try String.fetchSet(
          database,
          sql: """
            SELECT typeof(expires_at) FROM documents UNION SELECT typeof(last_fetched_at) FROM documents
            UNION SELECT typeof(created_at) FROM documents
            """)
        #expect(types == ["integer"])
        #expect(throws: DatabaseError.self) {
          try database.execute(sql: "UPDATE documents SET processing_status = 'context7_ttl_pending'")
        }
        #expect(throws: DatabaseError.self) {
          try database.execute(sql: "UPDATE documents SET expires_at = '2026-01-01T00:00:00'")
        }
      }
    }
  }

  @Test func `removing a document takes its chunks with it`() async throws {
    try await withStore { store in
      let document = try store.add("https://example.org/a")
      try store.fill(document, chunks: ["one"])
      #expect(try store.remove(document.id))
      #expect(try store.remove(document.id) == false)
      #expect(try store.chunks(of: document.id).isEmpty)
      let rows = try store.file.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM chunks") }
      #expect(rows == 0)
    }
  }

  @Test func `a failure keeps content and expiry, and a success forgets it`() async throws {
    try await withStore { store in
      let document = try store.add("https://example.org/a")
      try store.fill(document, chunks: ["one"])
      try store.recordFailure(document, why: "refused")
      try store.markGone(document, at: now, why: "404")
      let failed = try #require(try store.document(document.id))
      #expect(failed.failedFetches == 1)
      #expect(failed.goneAt == now)
      #expect(failed.expiresAt == now.adding(days: 30))
      #expect(try store.chunks(of: document.id) == ["one"])
      try store.extend(failed, until: now.adding(days: 60), validators: Validators(etag: "e"), now: now)
      let extended = try #require(try store.document(document.id))
      #expect(extended.failedFetches == 0)
      #expect(extended.goneAt == nil)
      #expect(extended.lastError == nil)
      #expect(extended.content?.validators.etag == "e")
    }
  }

  @Test func `a newer schema is refused`() async throws {
    try await withTemporaryDirectory { directory in
      let path = directory + "/documents.sqlite"
      let store = try DocumentStore(path: path)
      try store.file.write {
        try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('999 from the future')")
      }
      let error = #expect(throws: StorageError.self) { try DocumentStore(path: path) }
      #expect(error == .newerSchema(path: path))
    }
  }
}

@Suite struct CandidateTests {
  /// Days since the last fetch, days until expiry, whether it is due.
  @Test(arguments: [
    (1.0, 20.0, false), (1, 7, true), (1, 7.1, false), (1, -3, true), (29, 60, false), (30, 60, true),
    (0.02, 1, false), (0.05, 1, true),
  ])
  func `due is what expires soon or was fetched long ago, but not within the last hour`(
    fetchedDaysAgo: Double, expiresInDays: Double, isDue: Bool
  ) async throws {
    try await withStore { store in
      let document = try store.add("https://example.org/a")
      func after(_ days: Double) -> Timestamp { now.adding(seconds: Int64(days * 86_400)) }
      try store.fill(
        document, chunks: ["one"], fetchedAt: after(-fetchedDaysAgo), expiresAt: after(expiresInDays))
      let parameters = RefreshParameters(minimumQualityScore: 0)
      #expect(try store.candidates(in: workspace("widgets-docs"), parameters, at: now).isEmpty == !isDue)
    }
  }

  @Test func `a document that was never fetched is due, however it is configured`() async throws {
    try await withStore { store in
      let document = try store.add("https://example.org/a", expiresAt: now.adding(days: 300))
      let due = try store.candidates(
        in: workspace("widgets-docs"), RefreshParameters(minimumQualityScore: 1), at: now)
      #expect(due == [document.id])
    }
  }

  @Test func `documents below the minimum quality are left to expire`() async throws {
    try await withStore { store in
      let document = try store.add("https://example.org/a")
      try store.fill(document, chunks: ["one"], fetchedAt: now.adding(days: -40))
      let name = try workspace("widgets-docs")
      #expect(try store.candidates(in: name, RefreshParameters(minimumQualityScore: 0.01), at: now).isEmpty)
      #expect(try store.candidates(in: name, RefreshParameters(minimumQualityScore: 0), at: now).count == 1)
    }
  }

  @Test func `the best come first, then the oldest`() async throws {
    try await withStore { store in
      let poor = try store.add("https://example.org/poor")
      let good = try store.add("https://example.org/good")
      let new = try store.add("https://example.org/new")
      let text = "```\na\n```\n"
      try store.fill(poor, chunks: ["one"], fetchedAt: now.adding(days: -40))
      try store.fill(good, text, chunks: ["one"], fetchedAt: now.adding(days: -40))
      let due = try store.candidates(
        in: workspace("widgets-docs"), RefreshParameters(minimumQualityScore: 0), at: now)
      #expect(due.first == good.id)
      #expect(Set(due) == [poor.id, good.id, new.id])
    }
  }
}

@Suite struct CleanupStoreTests {
  @Test func `documents of other providers are never touched`() async throws {
    try await withStore { store in
      let document = try store.add("https://example.org/a")
      try store.fill(document, chunks: ["one"], expiresAt: now)
      try store.file.write { try $0.execute(sql: "UPDATE documents SET source_provider = 'manual'") }
      let name = try workspace("widgets-docs")
      #expect(try store.deleteExpired(in: name, at: now, batch: 10).documents == 0)
      let later = now.adding(days: 1)
      #expect(try store.forgottenWorkspaces(expiredBefore: later).isEmpty)
      #expect(try store.deleteForgotten(in: name, expiredBefore: later, batch: 10).documents == 0)
      #expect(
        try store.candidates(
          in: name, RefreshParameters(minimumQualityScore: 0, skipRecentUpdates: false), at: now
        ).isEmpty)
    }
  }
}
