public import Ctx7Model

extension WeaviateStore {
  /// How long Weaviate's own sweep is given before a job does its work (`ttl_mode: native`): it skips tenants that
  /// are not loaded.
  private static let nativeGraceSeconds: Int64 = 86_400

  /// Deletes the chunks of one batch of expired documents, then their rows.
  public func deleteExpired(in workspace: WorkspaceName, at cutOff: Timestamp, batch: Int) async throws
    -> DocumentStore.Deleted
  {
    let due = due(cutOff)
    let ids = try rows.expired(in: workspace, at: due, batch: batch)
    return try await delete(ids, of: workspace, expiredAt: due)
  }

  private func delete(_ ids: [String], of workspace: WorkspaceName, expiredAt cutOff: Timestamp) async throws
    -> DocumentStore.Deleted
  {
    var deleted = DocumentStore.Deleted()
    guard !ids.isEmpty else { return deleted }
    deleted.chunks = try await ifPresent(workspace, 0) {
      try await delete(.oneOf("document_id", ids), of: objects(workspace))
    }
    deleted.documents = try rows.deleteRows(ids, expiredAt: cutOff)
    return deleted
  }

  /// Deletes the chunks of Context7 that have expired, whosever they are: those of the reference have no rows here.
  public func deleteOrphans(in workspace: WorkspaceName, at cutOff: Timestamp) async throws -> Int {
    try await ifPresent(workspace, 0) {
      try await moveExpiry(in: workspace)
      return try await delete(
        .all([.equal("source_provider", "context7"), .notLater("expires_at", due(cutOff))]),
        of: objects(workspace))
    }
  }

  /// Whoever moves the expiry of a document moves its row alone: its chunks follow here, before they are judged by it.
  private func moveExpiry(in workspace: WorkspaceName) async throws {
    let objects = objects(workspace)
    for document in try rows.retracked(in: .weaviate, workspace) {
      try Task.checkCancellation()
      let earlier = document.expiresAt.adding(milliseconds: -1)
      let behind = try await objects.ids(
        .all([.equal("document_id", document.id), .notLater("expires_at", earlier)]))
      for id in behind { _ = try await objects.patch(id, ["expires_at": JSONValue(document.expiresAt)]) }
    }
  }

  /// Where Weaviate deletes by itself, only what it has left.
  private func delete(_ filter: WeaviateFilter, of objects: WeaviateObjects) async throws -> Int {
    if settings.ttlMode == .native, try await objects.count(filter) == 0 { return 0 }
    return try await objects.delete(filter)
  }

  /// What Weaviate may delete by itself, it is given time for.
  private func due(_ cutOff: Timestamp) -> Timestamp {
    settings.ttlMode == .native ? cutOff.adding(seconds: -Self.nativeGraceSeconds) : cutOff
  }

  /// Deletes the chunks of one batch of documents that were left behind, then their rows.
  public func deleteForgotten(in workspace: WorkspaceName, expiredBefore cutOff: Timestamp, batch: Int)
    async throws
    -> DocumentStore.Deleted
  {
    let ids = try rows.forgotten(in: workspace, expiredBefore: cutOff, batch: batch)
    return try await delete(ids, of: workspace, expiredAt: cutOff)
  }

  /// Counts the chunks of each batch of documents, and looks closer where there are not as many as the rows say.
  public func reconcile(_ workspace: WorkspaceName, at cutOff: Timestamp, batch: Int) async throws -> Int {
    try await settle(workspace)
    let objects = objects(workspace)
    var lost = 0
    var last = ""
    while true {
      try Task.checkCancellation()
      let documents = try rows.stored(
        in: .weaviate, workspace, expiringAfter: cutOff, after: last, batch: batch)
      guard let end = documents.last else { return lost }
      last = end.id
      let expected = documents.reduce(0) { $0 + ($1.content?.chunkCount ?? 0) }
      let found = try await ifPresent(workspace, 0) {
        try await objects.count(.oneOf("document_id", documents.map(\.id)))
      }
      guard found != expected else { continue }
      for document in documents {
        let there = try await ifPresent(workspace, []) {
          try await objects.ids(.equal("document_id", document.id))
        }
        guard !Set(chunkIDs(of: document)).isSubset(of: there) else { continue }
        try rows.forgetContent(of: document)
        lost += 1
      }
    }
  }

  /// Deletes the chunks, then the row.
  public func remove(_ document: TrackedDocument) async throws -> Bool {
    try await during(document.workspace) {
      try await ifPresent(document.workspace, ()) { try await deleteChunks(of: document, besides: []) }
      return try rows.remove(document.id)
    }
  }
}
