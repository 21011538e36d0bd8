public import Ctx7Database
public import Ctx7Model
internal import GRDB

extension DocumentStore {
  /// A workspace and what is in it.
  public struct Overview: Hashable, Sendable {
    /// Its name.
    public var workspace: WorkspaceName
    /// What it documents.
    public var technology: String
    /// Documents that are tracked in it.
    public var documents: Int
    /// Documents that have not been fetched yet.
    public var pending: Int
    /// Documents that have expired.
    public var expired: Int
    /// Chunks of all documents.
    public var chunks: Int
    /// When the next document expires; nil where there is none.
    public var nextExpiry: Timestamp?
  }

  /// All workspaces with what is in them, by name.
  public func overviews(at now: Timestamp) throws(StorageError) -> [Overview] {
    try file.read { database in
      try Row.fetchAll(
        database,
        sql: """
          SELECT name, workspaces.technology, count(content_id) AS documents,
            count(content_id) - count(content_hash) AS pending, total(chunk_count) AS chunks,
            count(CASE WHEN expires_at <= ?1 AND content_hash IS NOT NULL THEN 1 END) AS expired,
            min(CASE WHEN expires_at > ?1 THEN expires_at END) AS next_expiry
          FROM workspaces LEFT JOIN documents ON workspace = name
          GROUP BY name ORDER BY name
          """, arguments: [now]
      ).compactMap { row in
        WorkspaceName(rawValue: row["name"]).map {
          Overview(
            workspace: $0, technology: row["technology"], documents: row["documents"],
            pending: row["pending"],
            expired: row["expired"], chunks: Int(row["chunks"] as Double), nextExpiry: row["next_expiry"])
        }
      }
    }
  }

  /// A chunk that was found.
  public struct Hit: Hashable, Sendable {
    /// Its document.
    public var document: String
    /// Where it is kept.
    public var workspace: WorkspaceName
    /// The document's title.
    public var title: String
    /// The chunk's place in the document, from 0.
    public var index: Int
    /// The words with some text around them.
    public var excerpt: String
  }

  /// The chunks in this file that hold all of the words, the best first (FTS5, "bm25").
  public func search(_ words: [String], in workspace: WorkspaceName?, limit: Int) throws(StorageError)
    -> [Hit]
  {
    // In quotes, so that nothing in a word is an operator (https://www.sqlite.org/fts5.html#fts5_strings).
    let query = words.map {
      "\"" + $0.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }
    .joined(separator: " ")
    return try file.read { database in
      try Row.fetchAll(
        database,
        sql: """
          SELECT documents.content_id, workspace, title, chunk_index,
            snippet(chunks_search, 0, '[', ']', '…', 12) AS excerpt
          FROM chunks_search JOIN chunks ON chunks.id = chunks_search.rowid JOIN documents USING (content_id)
          WHERE chunks_search MATCH ?1 AND (?2 IS NULL OR workspace = ?2)
          ORDER BY bm25(chunks_search), chunks.id LIMIT ?3
          """, arguments: [query, workspace?.rawValue, limit]
      ).compactMap { row in
        WorkspaceName(rawValue: row["workspace"]).map {
          Hit(
            document: row["content_id"], workspace: $0, title: row["title"], index: row["chunk_index"],
            excerpt: row["excerpt"])
        }
      }
    }
  }
}
