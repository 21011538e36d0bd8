public import Ctx7Database
public import Ctx7Model
internal import Foundation
internal import GRDB

/// The documents and their chunks, embedded in `documents.sqlite`.
public struct DocumentStore: Sendable {
  /// The file beneath, for checks and maintenance.
  public let file: DatabaseFile

  /// Opens the store; `.readWrite` creates it where there is none.
  public init(
    path: String, access: DatabaseFile.Access = .readWrite, durability: DatabaseFile.Durability = .write
  ) throws(StorageError) {
    file = try DatabaseFile(
      path: path, access: access, durability: durability, migrator: DocumentSchema.migrator)
  }

  /// The store of a file, to read; nil when no document was ever tracked.
  public static func existing(at path: String) throws(StorageError) -> DocumentStore? {
    do throws(StorageError) {
      return try DocumentStore(path: path, access: .readOnly)
    } catch .missing {
      return nil
    }
  }

  /// What `track` did.
  public enum Tracking: Hashable, Sendable {
    case added
    /// It was tracked already; title and expiry are as given now, where they were given.
    case updated
  }

  /// A workspace whose technology is another one than that of the new document.
  public struct WorkspaceTaken: Error, CustomStringConvertible {
    let workspace: WorkspaceName
    let technology: String

    /// The text for people.
    public var description: String {
      "workspace '\(workspace)' belongs to technology '\(technology)'"
    }
  }

  /// Begins to keep a source fresh; its first fetch is the next refresh's.
  ///
  /// - Parameter expiresAt: when what is there counts as stale; nil leaves a document that is tracked already as it is,
  ///   since a cleanup deletes what has expired, and makes a new one due at once.
  /// - Throws: `WorkspaceTaken` when two technologies would share a workspace by the accident of their names.
  public func track(
    _ source: SourceLocation, technology: String, in workspace: WorkspaceName, title: String? = nil,
    expiresAt: Timestamp?, now: Timestamp
  ) throws -> (document: TrackedDocument, tracking: Tracking) {
    let id = TrackedDocument.id(of: source, in: workspace)
    var taken: WorkspaceTaken?
    let tracking = try file.write { database -> Tracking in
      try database.execute(
        sql: "INSERT INTO workspaces (name, technology, created_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        arguments: [workspace.rawValue, technology, now])
      let owner = try String.fetchOne(
        database, sql: "SELECT technology FROM workspaces WHERE name = ?", arguments: [workspace.rawValue])
      if let owner, owner.lowercased() != technology.lowercased() {
        taken = WorkspaceTaken(workspace: workspace, technology: owner)
        return .updated
      }
      let isTracked =
        try Bool.fetchOne(
          database, sql: "SELECT EXISTS (SELECT * FROM documents WHERE content_id = ?)", arguments: [id])
        ?? false
      try database.execute(
        sql: """
          INSERT INTO documents (content_id, workspace, source_url, technology, title, doc_type, created_at,
            updated_at, expires_at)
          VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7, ifnull(?8, ?7))
          ON CONFLICT (content_id) DO UPDATE SET expires_at = ifnull(?8, expires_at), updated_at = ?7,
            title = CASE WHEN ?9 THEN ?5 ELSE title END, doc_type = CASE WHEN ?9 THEN ?6 ELSE doc_type END
          """,
        arguments: [
          id, workspace.rawValue, source.description, technology, title ?? "\(technology) documentation",
          DocumentType(title: title ?? "").rawValue, now, expiresAt, title != nil,
        ])
      return isTracked ? .updated : .added
    }
    if let taken { throw taken }
    guard let document = try document(id) else {
      throw StorageError.damaged(path: file.path, what: "document \(id)")
    }
    return (document, tracking)
  }

  /// One document by its id.
  public func document(_ id: String) throws(StorageError) -> TrackedDocument? {
    try documents(where: "content_id = ?", [id]).first
  }

  /// The one document whose id is this, or begins with it; nil where there are several.
  public func document(beginning id: String) throws(StorageError) -> TrackedDocument? {
    // Of a store with one document, an empty variable of a script would name it.
    guard !id.isEmpty else { return nil }
    let found = try documents(where: "content_id >= ?1 AND content_id < ?1 || 'g' LIMIT 2", [id])
    return found.count == 1 ? found[0] : nil
  }

  /// All documents, or those of one workspace, by workspace and expiry.
  public func documents(in workspace: WorkspaceName? = nil) throws(StorageError) -> [TrackedDocument] {
    try documents(
      where: "\(Self.place(workspace)) ORDER BY workspace, expires_at, content_id", [workspace?.rawValue])
  }

  /// Stops keeping a document, and forgets its content.
  ///
  /// - Returns: false when there is no such document.
  public func remove(_ id: String) throws(StorageError) -> Bool {
    try file.write { database in
      try database.execute(sql: "DELETE FROM documents WHERE content_id = ?", arguments: [id])
      return database.changesCount == 1
    }
  }

  /// All workspaces, by name.
  public func workspaces() throws(StorageError) -> [WorkspaceName] {
    try file.read { database in
      try String.fetchAll(database, sql: "SELECT name FROM workspaces ORDER BY name")
        .compactMap { WorkspaceName(rawValue: $0) }
    }
  }

  /// The workspaces that hold expired content, by name.
  public func expiredWorkspaces(at now: Timestamp) throws(StorageError) -> [WorkspaceName] {
    try file.read { database in
      try String.fetchAll(
        database,
        sql: """
          SELECT DISTINCT workspace FROM documents
          WHERE expires_at <= ? AND last_fetched_at IS NOT NULL ORDER BY workspace
          """, arguments: [now]
      ).compactMap { WorkspaceName(rawValue: $0) }
    }
  }

  /// Whether `store` has the content of any document, as far as the rows know.
  public func holdsContent(in store: StoreKind) throws(StorageError) -> Bool {
    try file.read { database in
      try Bool.fetchOne(
        database,
        sql: "SELECT EXISTS (SELECT * FROM documents WHERE store = ? AND content_hash IS NOT NULL)",
        arguments: [store.rawValue]) ?? false
    }
  }

  /// Whether any document is a library of Context7.
  func tracksLibraries() throws(StorageError) -> Bool {
    try file.read { database in
      try Bool.fetchOne(
        database, sql: "SELECT EXISTS (SELECT * FROM documents WHERE source_url LIKE 'context7:%')") ?? false
    }
  }

  /// The chunks of a document, in order.
  public func chunks(of id: String) throws(StorageError) -> [String] {
    try file.read { database in
      try String.fetchAll(
        database, sql: "SELECT content FROM chunks WHERE content_id = ? ORDER BY chunk_index", arguments: [id]
      )
    }
  }

  /// The chunks of a document with their vectors, in order.
  func embeddedChunks(of id: String) throws(StorageError) -> [Chunk] {
    try file.read { database in
      try Row.fetchAll(
        database, sql: "SELECT content, embedding FROM chunks WHERE content_id = ? ORDER BY chunk_index",
        arguments: [id]
      ).map { row in
        let vector = (row["embedding"] as Data?)?.withUnsafeBytes { bytes in
          stride(from: 0, to: bytes.count - 3, by: 4).map {
            bytes.loadUnaligned(fromByteOffset: $0, as: Float.self)
          }
        }
        return Chunk(row["content"], vector: vector)
      }
    }
  }

  func documents(where condition: String, _ arguments: StatementArguments) throws(StorageError)
    -> [TrackedDocument]
  {
    try file.read { database in
      try Array(
        Row.fetchCursor(database, sql: "SELECT * FROM documents WHERE \(condition)", arguments: arguments)
          .map(TrackedDocument.init(row:)))
    }
  }
}
