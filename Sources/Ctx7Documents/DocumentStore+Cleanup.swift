public import Ctx7Database
public import Ctx7Model
internal import GRDB

extension DocumentStore {
  /// What a deletion took away.
  public struct Deleted: Hashable, Sendable {
    /// Documents that were deleted.
    public var documents = 0
    /// Chunks that were deleted.
    public var chunks = 0

    /// Nothing.
    public init() {}

    /// Adds what another deletion took away.
    public mutating func add(_ other: Deleted) {
      documents += other.documents
      chunks += other.chunks
    }
  }

  /// Deletes one batch of the documents of a workspace that had expired at `cutOff`, chunks first.
  ///
  /// Only documents of Context7 that have been fetched: what somebody has just begun to track has nothing to
  /// expire.
  public func deleteExpired(in workspace: WorkspaceName, at cutOff: Timestamp, batch: Int)
    throws(StorageError)
    -> Deleted
  {
    try delete(Self.expiredSelection, [workspace.rawValue, cutOff, batch])
  }

  /// Deletes one batch of the documents of a workspace that expired before `cutOff` and were left behind.
  public func deleteForgotten(in workspace: WorkspaceName, expiredBefore cutOff: Timestamp, batch: Int)
    throws(StorageError)
    -> Deleted
  {
    try delete(Self.forgottenSelection, [workspace.rawValue, cutOff, batch])
  }

  /// The workspaces with documents that expired before `cutOff` and were left behind, by name.
  public func forgottenWorkspaces(expiredBefore cutOff: Timestamp) throws(StorageError) -> [WorkspaceName] {
    try file.read { database in
      try String.fetchAll(
        database,
        sql: """
          SELECT name FROM workspaces
          WHERE EXISTS (SELECT * FROM documents WHERE workspace = name AND \(Self.isForgotten)) ORDER BY name
          """, arguments: [cutOff]
      ).compactMap { WorkspaceName(rawValue: $0) }
    }
  }

  static let expiredSelection = """
    SELECT content_id FROM documents
    WHERE workspace = ? AND source_provider = 'context7' AND expires_at <= ? AND last_fetched_at IS NOT NULL
    LIMIT ?
    """
  static let forgottenSelection =
    "SELECT content_id FROM documents WHERE workspace = ? AND \(isForgotten) LIMIT ?"
  /// What was never fetched has nothing to expire: it counts from when somebody tracked it last, or the import of
  /// documents that expired long ago would be swept before the first refresh.
  private static let isForgotten = """
    source_provider = 'context7'
    AND iif(last_fetched_at IS NULL, max(expires_at, updated_at), expires_at) < ?
    """

  private func delete(_ selection: String, _ arguments: StatementArguments) throws(StorageError) -> Deleted {
    try file.write { database in
      let ids = try String.fetchAll(database, sql: selection, arguments: arguments)
      var deleted = Deleted()
      guard !ids.isEmpty else { return deleted }
      // One statement for all: preparing it, triggers included, costs more than the work on one document.
      let batch: StatementArguments = [JSONValue.array(ids.map { .string($0) }).description]
      try database.execute(
        sql: "DELETE FROM chunks WHERE content_id IN (SELECT value FROM json_each(?))", arguments: batch)
      deleted.chunks = database.changesCount
      try database.execute(
        sql: "DELETE FROM documents WHERE content_id IN (SELECT value FROM json_each(?))", arguments: batch)
      deleted.documents = database.changesCount
      return deleted
    }
  }
}
