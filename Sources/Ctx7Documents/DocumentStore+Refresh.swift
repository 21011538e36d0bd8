public import Ctx7Database
public import Ctx7Model
internal import GRDB

extension DocumentStore {
  /// The documents of a workspace that a refresh has to fetch, best quality first, then the oldest.
  ///
  /// Due is what expires within `threshold_days`, expired documents included, and what was last fetched
  /// `max_age_days` ago or never. Left alone is what was fetched within the last hour (`skip_recent_updates`)
  /// and what is not worth it (`minimum_quality_score`).
  public func candidates(in workspace: WorkspaceName, _ parameters: RefreshParameters, at now: Timestamp)
    throws(StorageError) -> [String]
  {
    try file.read { database in
      try String.fetchAll(
        database,
        sql: """
          SELECT content_id FROM documents
          WHERE workspace = ? AND source_provider = 'context7'
            AND (last_fetched_at IS NULL
              OR ((expires_at <= ? OR last_fetched_at <= ?) AND last_fetched_at <= ? AND quality_score >= ?))
          ORDER BY quality_score DESC, created_at, content_id
          """,
        arguments: [
          workspace.rawValue, now.adding(days: Int64(parameters.thresholdDays)),
          now.adding(days: -Int64(parameters.maxAgeDays)),
          parameters.skipRecentUpdates ? now.adding(seconds: -3600) : Timestamp(rawValue: .max),
          parameters.minimumQualityScore,
        ])
    }
  }

  /// The number of documents in a workspace.
  public func count(in workspace: WorkspaceName) throws(StorageError) -> Int {
    try file.read { database in
      try Int.fetchOne(
        database, sql: "SELECT count(*) FROM documents WHERE workspace = ?", arguments: [workspace.rawValue])
        ?? 0
    }
  }

  /// Puts new content in the place of the old, in one transaction: readers and crashes meet either the one or
  /// the other, never a mix. Chunks that are the same stay as they are.
  public func replace(
    _ document: TrackedDocument, with content: TrackedDocument.Content, version: String?, chunks: [String],
    expiresAt: Timestamp, now: Timestamp
  ) throws(StorageError) {
    try file.write { database in
      try database.execute(
        sql: "DELETE FROM chunks WHERE content_id = ? AND chunk_index >= ?",
        arguments: [document.id, chunks.count])
      for (index, chunk) in chunks.enumerated() {
        let stored = try String.fetchOne(
          database, sql: "SELECT content FROM chunks WHERE content_id = ? AND chunk_index = ?",
          arguments: [document.id, index])
        guard stored != chunk else { continue }
        // Not an upsert: the search index follows inserts and deletes.
        try database.execute(
          sql: "DELETE FROM chunks WHERE content_id = ? AND chunk_index = ?", arguments: [document.id, index])
        try database.execute(
          sql: "INSERT INTO chunks (chunk_id, content_id, chunk_index, content) VALUES (?, ?, ?, ?)",
          arguments: ["\(document.id)_\(index)", document.id, index, chunk])
      }
      try database.execute(
        sql: """
          UPDATE documents SET version = ?, processing_status = 'completed', content_hash = ?, etag = ?,
            last_modified = ?, content_length = ?, word_count = ?, heading_count = ?, code_block_count = ?,
            chunk_count = ?, quality_score = ?, ttl_days = ?, last_fetched_at = ?, expires_at = ?,
            updated_at = ?, gone_at = NULL, failed_fetches = 0, last_error = NULL
          WHERE content_id = ?
          """,
        arguments: [
          version, content.hash, content.validators.etag, content.validators.lastModified, content.length,
          content.wordCount, content.headingCount, content.codeBlockCount, chunks.count, content.quality,
          content.ttlDays, content.fetchedAt, expiresAt, now, document.id,
        ])
    }
  }

  /// Moves the expiry of a document whose source has not changed.
  public func extend(
    _ document: TrackedDocument, until expiresAt: Timestamp, validators: Validators, now: Timestamp
  ) throws(StorageError) {
    try file.write { database in
      try database.execute(
        sql: """
          UPDATE documents SET expires_at = ?, etag = ?, last_modified = ?, last_fetched_at = ?, updated_at = ?,
            gone_at = NULL, failed_fetches = 0, last_error = NULL
          WHERE content_id = ?
          """,
        arguments: [expiresAt, validators.etag, validators.lastModified, now, now, document.id])
    }
  }

  /// Notes that the source is gone: the content stays until it expires.
  public func markGone(_ document: TrackedDocument, at now: Timestamp, why: String) throws(StorageError) {
    try file.write { database in
      try database.execute(
        sql: "UPDATE documents SET gone_at = coalesce(gone_at, ?), last_error = ? WHERE content_id = ?",
        arguments: [now, why, document.id])
    }
  }

  /// Notes that a fetch failed: content and expiry stay.
  public func recordFailure(_ document: TrackedDocument, why: String) throws(StorageError) {
    try file.write { database in
      try database.execute(
        sql: """
          UPDATE documents SET failed_fetches = failed_fetches + 1, last_error = ?,
            processing_status = CASE WHEN content_hash IS NULL THEN 'failed' ELSE processing_status END
          WHERE content_id = ?
          """,
        arguments: [why, document.id])
    }
  }
}
