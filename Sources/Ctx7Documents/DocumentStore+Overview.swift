public import Ctx7Database
public import Ctx7Model
internal import GRDB

// What is in the store, counted by SQLite: a page or a scrape costs no more memory when there are many documents.
extension DocumentStore {
  /// A workspace and what is in it.
  public struct Overview: Hashable, Sendable {
    /// Its name.
    public var workspace: WorkspaceName
    /// What it documents.
    public var technology: String
    /// Its documents by how fresh they are; a state that no document is in is missing.
    public var states: [TrackedDocument.State: Int]
    /// Chunks of all documents.
    public var chunks: Int
    /// When the next document expires; nil where there is none.
    public var nextExpiry: Timestamp?

    /// Documents that are tracked in it.
    public var documents: Int { states.values.reduce(0, +) }

    /// The documents in one state.
    public func documents(_ state: TrackedDocument.State) -> Int { states[state] ?? 0 }

    /// The overview as programs read it.
    public var json: JSONValue {
      [
        "workspace": .string(workspace.rawValue), "technology": .string(technology),
        "documents": JSONValue(documents), "pending": JSONValue(documents(.pending) + documents(.failing)),
        "expired": JSONValue(documents(.expired)), "chunks": JSONValue(chunks),
        "next_expiry": JSONValue(nextExpiry),
      ]
    }
  }

  /// All workspaces with what is in them, by name.
  public func overviews(at now: Timestamp) throws(StorageError) -> [Overview] {
    try file.read { database in
      let rows = try Row.fetchAll(
        database,
        sql: """
          SELECT name, workspaces.technology, count(content_id) AS documents,
            CASE WHEN gone_at IS NOT NULL THEN 'gone'
              WHEN content_hash IS NULL THEN iif(failed_fetches > 0, 'failing', 'pending')
              WHEN expires_at <= ?1 THEN 'expired' ELSE 'fresh' END AS state,
            ifnull(sum(chunk_count), 0) AS chunks,
            min(CASE WHEN content_hash IS NOT NULL AND expires_at > ?1 THEN expires_at END) AS next_expiry
          FROM workspaces LEFT JOIN documents ON workspace = name
          GROUP BY name, state ORDER BY name
          """, arguments: [now])
      return rows.reduce(into: []) { overviews, row in
        guard let name = WorkspaceName(rawValue: row["name"]) else { return }
        if overviews.last?.workspace != name {
          overviews.append(Overview(workspace: name, technology: row["technology"], states: [:], chunks: 0))
        }
        overviews[overviews.count - 1].count(row)
      }
    }
  }

  /// One page of the documents, or of those of one workspace, by workspace and expiry.
  public func documents(in workspace: WorkspaceName?, limit: Int, offset: Int) throws(StorageError)
    -> [TrackedDocument]
  {
    try documents(
      where: "\(Self.place(workspace)) ORDER BY workspace, expires_at, content_id LIMIT ?2 OFFSET ?3",
      [workspace?.rawValue, limit, offset])
  }

  /// How many documents there are, in one workspace or in all.
  public func documentCount(in workspace: WorkspaceName? = nil) throws(StorageError) -> Int {
    try file.read { database in
      try Int.fetchOne(
        database, sql: "SELECT count(*) FROM documents WHERE \(Self.place(workspace))",
        arguments: [workspace?.rawValue]) ?? 0
    }
  }

  /// How many documents have expired by each of some instants, which are in order: the first count is of those
  /// before the first instant, the last one of those after the last. What was never fetched has nothing to expire and
  /// is not counted.
  public func documentCounts(between instants: [Timestamp]) throws(StorageError) -> [Int] {
    try file.read { database in
      let classes = instants.indices.map { "WHEN expires_at <= ?\($0 + 1) THEN \($0)" }.joined(separator: " ")
      var counts = [Int](repeating: 0, count: instants.count + 1)
      for row in try Row.fetchAll(
        database,
        sql: """
          SELECT CASE \(classes) ELSE \(instants.count) END AS class, count(*) AS documents
          FROM documents WHERE content_hash IS NOT NULL GROUP BY class
          """, arguments: StatementArguments(instants))
      {
        counts[row["class"]] = row["documents"]
      }
      return counts
    }
  }

  /// The condition of a place; its parameter is the first one.
  static func place(_ workspace: WorkspaceName?) -> String {
    workspace == nil ? "?1 IS NULL" : "workspace = ?1"
  }
}

extension DocumentStore.Overview {
  /// Adds the documents of one state.
  fileprivate mutating func count(_ row: Row) {
    chunks += row["chunks"]
    nextExpiry = [nextExpiry, row["next_expiry"]].compactMap { $0 }.min()
    // A workspace without documents is one row too.
    guard let state = TrackedDocument.State(rawValue: row["state"]), row["documents"] > 0 else { return }
    states[state] = row["documents"]
  }
}
