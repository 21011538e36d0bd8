internal import Ctx7Database
internal import Ctx7Model
internal import GRDB

/// The rows' half of a change in another store: begun, recorded, settled.
extension DocumentStore {
  /// Notes, before anything is written elsewhere, that a document has a change under way.
  func beginChange(of document: TrackedDocument) throws(StorageError) {
    try file.write { database in
      try database.execute(
        sql: "UPDATE documents SET processing_status = 'processing' WHERE content_id = ?",
        arguments: [document.id])
      guard database.changesCount == 1 else { throw DocumentChanged(id: document.id) }
    }
  }

  /// Records content that `store` holds in full; chunks in this file go in the same transaction.
  func recordChange(
    of document: TrackedDocument, to content: TrackedDocument.Content, version: String?, in store: StoreKind,
    expiresAt: Timestamp, now: Timestamp
  ) throws(StorageError) {
    try file.write { database in
      try database.execute(sql: "DELETE FROM chunks WHERE content_id = ?", arguments: [document.id])
      try Self.record(
        content, of: document, version: version, store: store, isSettled: false, expiresAt: expiresAt,
        now: now, database)
    }
  }

  /// Notes that nothing but the recorded content of a document is left.
  func endChange(of id: String) throws(StorageError) {
    try file.write { database in
      try database.execute(
        sql: """
          UPDATE documents SET processing_status = CASE WHEN content_hash IS NULL THEN 'pending' ELSE 'completed' END
          WHERE content_id = ?
          """, arguments: [id])
    }
  }

  /// The documents of a workspace whose change was not brought to an end.
  func unsettled(in workspace: WorkspaceName) throws(StorageError) -> [TrackedDocument] {
    try documents(where: "workspace = ? AND processing_status = 'processing'", [workspace.rawValue])
  }

  /// One batch of the documents of a workspace that have content in `store`, by id, after an id.
  ///
  /// - Parameter cutOff: leaves out what had expired then; nil for all.
  func stored(
    in store: StoreKind, _ workspace: WorkspaceName, expiringAfter cutOff: Timestamp? = nil, after id: String,
    batch: Int
  ) throws(StorageError) -> [TrackedDocument] {
    try documents(
      where: """
        workspace = ?1 AND store = ?2 AND content_hash IS NOT NULL AND (?3 IS NULL OR expires_at > ?3)
        AND content_id > ?4 ORDER BY content_id LIMIT ?5
        """, [workspace.rawValue, store.rawValue, cutOff, id, batch])
  }

  /// Makes a document one that has to be fetched, because its content is lost; one that has other content by now stays
  /// as it is.
  func forgetContent(of document: TrackedDocument) throws(StorageError) {
    try file.write { database in
      try database.execute(
        sql: """
          UPDATE documents SET content_hash = NULL, last_fetched_at = NULL, etag = NULL, last_modified = NULL,
            upstream_revision = NULL, chunk_count = 0, embedding_model = NULL, embedding_length = NULL,
            processing_status = 'pending'
          WHERE content_id = ? AND content_hash = ?
          """, arguments: [document.id, document.content?.hash])
    }
  }

  /// The ids of one batch of documents that the cleanup of a workspace takes.
  func expired(in workspace: WorkspaceName, at cutOff: Timestamp, batch: Int) throws(StorageError) -> [String]
  {
    try file.read { database in
      try String.fetchAll(
        database, sql: Self.expiredSelection, arguments: [workspace.rawValue, cutOff, batch])
    }
  }

  /// The ids of one batch of documents that were left behind in a workspace.
  func forgotten(in workspace: WorkspaceName, expiredBefore cutOff: Timestamp, batch: Int)
    throws(StorageError)
    -> [String]
  {
    try file.read { database in
      try String.fetchAll(
        database, sql: Self.forgottenSelection, arguments: [workspace.rawValue, cutOff, batch])
    }
  }

  /// The documents of a workspace in `store` whose row was changed since their content was written or extended: somebody
  /// has moved their expiry, or their content.
  func retracked(in store: StoreKind, _ workspace: WorkspaceName) throws(StorageError) -> [TrackedDocument] {
    try documents(
      where: "workspace = ? AND store = ? AND updated_at <> last_fetched_at",
      [workspace.rawValue, store.rawValue])
  }

  /// Deletes rows whose content is gone from the other store, if they are still as old as that.
  func deleteRows(_ ids: [String], expiredAt cutOff: Timestamp) throws(StorageError) -> Int {
    try file.write { database in
      var deleted = 0
      for id in ids {
        try database.execute(
          sql: "DELETE FROM documents WHERE content_id = ? AND expires_at <= ?", arguments: [id, cutOff])
        deleted += database.changesCount
      }
      return deleted
    }
  }
}
