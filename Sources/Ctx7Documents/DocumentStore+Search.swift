public import Ctx7Database
internal import GRDB

extension DocumentStore {
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
