public import Ctx7Database
public import Ctx7Model
internal import Foundation
internal import GRDB

extension DocumentStore {
  /// The documents of a workspace that a refresh has to fetch, best quality first, then the oldest.
  ///
  /// Due is what expires within `threshold_days`, expired documents included, what was last fetched
  /// `max_age_days` ago or never, and what another store holds or another model has embedded. Left alone is what
  /// was fetched within the last hour (`skip_recent_updates`) and what is not worth it
  /// (`minimum_quality_score`).
  ///
  /// - Parameter model: that chunks are to be embedded with; nil leaves them as they are.
  public func candidates(
    in workspace: WorkspaceName, _ parameters: RefreshParameters, at now: Timestamp,
    store: StoreKind = .embedded, model: String? = nil
  ) throws(StorageError) -> [String] {
    try file.read { database in
      try String.fetchAll(
        database,
        sql: """
          SELECT content_id FROM documents
          WHERE workspace = ?1 AND source_provider = 'context7'
            AND (last_fetched_at IS NULL OR store <> ?6 OR (?7 IS NOT NULL AND embedding_model IS NOT ?7)
              OR (\(Self.isAging) AND quality_score >= ?5))
          ORDER BY quality_score DESC, created_at, content_id
          """,
        arguments: Self.arguments(workspace, parameters, now) + [store.rawValue, model])
    }
  }

  /// How many documents would be due, were they not below the minimum quality: they go when they expire.
  public func leftToExpire(
    in workspace: WorkspaceName, _ parameters: RefreshParameters, at now: Timestamp
  ) throws(StorageError) -> Int {
    try file.read { database in
      try Int.fetchOne(
        database,
        sql: """
          SELECT count(*) FROM documents
          WHERE workspace = ?1 AND source_provider = 'context7' AND \(Self.isAging) AND quality_score < ?5
          """, arguments: Self.arguments(workspace, parameters, now)) ?? 0
    }
  }

  private static let isAging = "(expires_at <= ?2 OR last_fetched_at <= ?3) AND last_fetched_at <= ?4"

  /// The first five of both statements.
  private static func arguments(
    _ workspace: WorkspaceName, _ parameters: RefreshParameters, _ now: Timestamp
  ) -> StatementArguments {
    [
      workspace.rawValue, now.adding(days: Int64(parameters.thresholdDays)),
      now.adding(days: -Int64(parameters.maxAgeDays)),
      parameters.skipRecentUpdates ? now.adding(seconds: -3600) : Timestamp(rawValue: .max),
      parameters.minimumQualityScore,
    ]
  }

  /// Documents by their ids, in that order; those that were removed meanwhile are left out.
  public func documents(_ ids: some Collection<String>) throws(StorageError) -> [TrackedDocument] {
    try file.read { database in
      let statement = try database.makeStatement(sql: "SELECT * FROM documents WHERE content_id = ?")
      return try ids.compactMap {
        try Row.fetchOne(statement, arguments: [$0]).map(TrackedDocument.init(row:))
      }
    }
  }

  /// Puts new content in the place of the old, in one transaction: readers and crashes meet either the one or
  /// the other, never a mix. Chunks that are the same stay as they are.
  public func replace(
    _ document: TrackedDocument, with content: TrackedDocument.Content, version: String?, chunks: [Chunk],
    expiresAt: Timestamp, now: Timestamp
  ) throws(StorageError) {
    try file.write { database in
      try Self.record(
        content, of: document, version: version, store: .embedded, isSettled: true, expiresAt: expiresAt,
        now: now, database)
      try database.executeCached(
        sql: "DELETE FROM chunks WHERE content_id = ? AND chunk_index >= ?",
        arguments: [document.id, chunks.count])
      for (index, chunk) in chunks.enumerated() {
        try Self.put(chunk, at: index, of: document.id, database)
      }
    }
  }

  static func put(_ chunk: Chunk, at index: Int, of id: String, _ database: Database) throws {
    let vector = chunk.vector.map { $0.withUnsafeBytes { Data($0) } }
    let selection = try database.cachedStatement(
      sql: "SELECT content, embedding FROM chunks WHERE content_id = ? AND chunk_index = ?")
    let stored = try Row.fetchOne(selection, arguments: [id, index])
    if let stored, stored["content"] == chunk.text, stored["embedding"] == vector { return }
    // Not an upsert: the search index follows inserts and deletes.
    try database.executeCached(
      sql: "DELETE FROM chunks WHERE content_id = ? AND chunk_index = ?", arguments: [id, index])
    try database.executeCached(
      sql: """
        INSERT INTO chunks (chunk_id, content_id, chunk_index, content, embedding) VALUES (?, ?, ?, ?, ?)
        """,
      arguments: ["\(id)_\(index)", id, index, chunk.text, vector])
  }

  /// Writes what is known of new content into the document's row. What goes to another store must still be what was
  /// read: that store's lock keeps out nobody who works on this one.
  ///
  /// - Parameter isSettled: whether no other content of the document is left anywhere.
  static func record(
    _ content: TrackedDocument.Content, of document: TrackedDocument, version: String?, store: StoreKind,
    isSettled: Bool, expiresAt: Timestamp, now: Timestamp, _ database: Database
  ) throws {
    try database.executeCached(
      sql: """
        UPDATE documents SET version = ?, processing_status = ?, content_hash = ?, content_length = ?,
          word_count = ?, heading_count = ?, code_block_count = ?, chunk_count = ?, quality_score = ?,
          ttl_days = ?, ttl_factors = ?, embedding_model = ?, embedding_length = ?, store = ?,
          last_fetched_at = ?
        WHERE content_id = ? AND store = ? AND (content_hash IS ? OR ?)
        """,
      arguments: [
        version, isSettled ? "completed" : "processing", content.hash, content.length, content.wordCount,
        content.headingCount, content.codeBlockCount, content.chunkCount, content.quality, content.ttlDays,
        content.ttlFactors?.description, content.embedding?.model, content.embedding?.length, store.rawValue,
        content.fetchedAt, document.id, document.store.rawValue, document.content?.hash,
        document.store == store,
      ])
    guard database.changesCount == 1 else { throw DocumentChanged(id: document.id) }
    try extend(document.id, until: expiresAt, content.validators, fetchedAt: content.fetchedAt, now, database)
  }

  /// Moves the expiry of a document whose source has not changed.
  public func extend(
    _ document: TrackedDocument, until expiresAt: Timestamp, validators: Validators, now: Timestamp
  ) throws(StorageError) {
    try file.write { database in
      try Self.extend(document.id, until: expiresAt, validators, fetchedAt: now, now, database)
    }
  }

  private static func extend(
    _ id: String, until expiresAt: Timestamp, _ validators: Validators, fetchedAt: Timestamp,
    _ now: Timestamp,
    _ database: Database
  ) throws {
    try database.executeCached(
      sql: """
        UPDATE documents SET expires_at = ?, etag = ?, last_modified = ?, library_id = ?, upstream_revision = ?,
          upstream_changed_at = ?, stars = ?, last_fetched_at = ?, updated_at = ?, gone_at = NULL,
          failed_fetches = 0, last_error = NULL
        WHERE content_id = ?
        """,
      arguments: [
        expiresAt, validators.etag, validators.lastModified, validators.libraryID?.rawValue,
        validators.upstream?.revision, validators.upstream?.changedAt, validators.upstream?.stars, fetchedAt,
        now, id,
      ])
  }

  /// Notes that the source is gone: the content stays until it expires.
  public func markGone(_ document: TrackedDocument, at now: Timestamp, why: String) throws(StorageError) {
    try file.write { database in
      try database.executeCached(
        sql: "UPDATE documents SET gone_at = coalesce(gone_at, ?), last_error = ? WHERE content_id = ?",
        arguments: [now, why, document.id])
    }
  }

  /// Notes that a fetch failed: content and expiry stay.
  public func recordFailure(_ document: TrackedDocument, why: String) throws(StorageError) {
    try file.write { database in
      try database.executeCached(
        sql: """
          UPDATE documents SET failed_fetches = failed_fetches + 1, last_error = ?,
            processing_status = CASE WHEN processing_status = 'pending' THEN 'failed' ELSE processing_status END
          WHERE content_id = ?
          """,
        arguments: [why, document.id])
    }
  }
}

extension Database {
  /// Executes a statement that is executed again for every document or chunk: compiling it takes longer.
  fileprivate func executeCached(sql: String, arguments: StatementArguments) throws {
    try cachedStatement(sql: sql).execute(arguments: arguments)
  }
}

/// A document that somebody removed, or moved to another store, while it was worked on.
public struct DocumentChanged: Error, CustomStringConvertible {
  let id: String
  /// The sentence for people.
  public var description: String { "document \(id) was removed or changed meanwhile" }
}
