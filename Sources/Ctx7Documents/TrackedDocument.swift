public import Ctx7Model
internal import Ctx7Database
internal import GRDB

/// A document that is kept fresh: one source in one workspace.
public struct TrackedDocument: Hashable, Sendable, Identifiable {
  /// Sixteen hexadecimal digits, the same for the same source in the same workspace.
  public let id: String
  public let workspace: WorkspaceName
  public let source: SourceLocation
  public var technology: String
  public var title: String
  public var version: String?
  public var type: DocumentType
  /// What is stored; nil before the first successful fetch.
  public var content: Content?
  public var createdAt: Timestamp
  /// When the content or its expiry changed last.
  public var updatedAt: Timestamp
  public var expiresAt: Timestamp
  /// Since when the source answers that the document is gone.
  public var goneAt: Timestamp?
  /// Fetches that failed since the last one that did not.
  public var failedFetches: Int
  public var lastError: String?

  /// The stored content of a document, measured.
  public struct Content: Hashable, Sendable {
    public var hash: String
    public var validators: Validators
    public var length: Int
    public var wordCount: Int
    public var headingCount: Int
    public var codeBlockCount: Int
    public var chunkCount: Int
    public var quality: Double
    public var ttlDays: Int
    public var fetchedAt: Timestamp
  }

  /// The id of a source in a workspace.
  public static func id(of source: SourceLocation, in workspace: WorkspaceName) -> String {
    String(ContentHash.of("\(workspace)\n\(source)").prefix(16))
  }
}

extension TrackedDocument {
  init(row: Row) throws {
    let id: String = row["content_id"]
    guard let workspace = WorkspaceName(rawValue: row["workspace"]),
      let source = try? SourceLocation(row["source_url"] as String), let type = DocumentType(rawValue: row["doc_type"])
    else { throw UnreadableValue("document \(id)") }
    self.init(
      id: id, workspace: workspace, source: source, technology: row["technology"], title: row["title"],
      version: row["version"], type: type, content: Content(row: row), createdAt: row["created_at"],
      updatedAt: row["updated_at"], expiresAt: row["expires_at"], goneAt: row["gone_at"],
      failedFetches: row["failed_fetches"], lastError: row["last_error"])
  }

  /// The document as programs read it.
  public var json: JSONValue {
    [
      "content_id": .string(id),
      "workspace": .string(workspace.rawValue),
      "source_url": .string(source.description),
      "technology": .string(technology),
      "title": .string(title),
      "version": JSONValue(version),
      "doc_type": .string(type.rawValue),
      "content_hash": JSONValue(content?.hash),
      "content_length": JSONValue(content?.length ?? 0),
      "word_count": JSONValue(content?.wordCount ?? 0),
      "heading_count": JSONValue(content?.headingCount ?? 0),
      "code_block_count": JSONValue(content?.codeBlockCount ?? 0),
      "chunk_count": JSONValue(content?.chunkCount ?? 0),
      "quality_score": JSONValue(content?.quality),
      "ttl_days": content.map { JSONValue($0.ttlDays) } ?? .null,
      "created_at": JSONValue(createdAt),
      "updated_at": JSONValue(updatedAt),
      "last_fetched_at": JSONValue(content?.fetchedAt),
      "expires_at": JSONValue(expiresAt),
      "gone_at": JSONValue(goneAt),
      "failed_fetches": JSONValue(failedFetches),
      "last_error": JSONValue(lastError),
    ]
  }
}

extension TrackedDocument.Content {
  /// Measures what was fetched.
  public init(
    of document: NormalisedDocument, chunkCount: Int, quality: QualityScore, ttlDays: Int,
    validators: Validators, fetchedAt: Timestamp
  ) {
    self.init(
      hash: document.contentHash, validators: validators, length: document.text.utf8.count,
      wordCount: document.text.split(whereSeparator: \.isWhitespace).count, headingCount: quality.headings,
      codeBlockCount: quality.codeBlocks, chunkCount: chunkCount, quality: quality.value, ttlDays: ttlDays,
      fetchedAt: fetchedAt)
  }

  fileprivate init?(row: Row) {
    guard let hash: String = row["content_hash"], let fetchedAt: Timestamp = row["last_fetched_at"] else {
      return nil
    }
    self.init(
      hash: hash, validators: Validators(etag: row["etag"], lastModified: row["last_modified"]),
      length: row["content_length"], wordCount: row["word_count"], headingCount: row["heading_count"],
      codeBlockCount: row["code_block_count"], chunkCount: row["chunk_count"], quality: row["quality_score"],
      ttlDays: row["ttl_days"] ?? 0, fetchedAt: fetchedAt)
  }
}
