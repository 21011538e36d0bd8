internal import Ctx7Database
public import Ctx7Model
internal import GRDB

/// A document that is kept fresh: one source in one workspace.
public struct TrackedDocument: Hashable, Sendable, Identifiable {
  /// Sixteen hexadecimal digits, the same for the same source in the same workspace.
  public let id: String
  /// Where it is kept.
  public let workspace: WorkspaceName
  /// Where it comes from.
  public let source: SourceLocation
  /// What it documents.
  public var technology: String
  /// The title that it was given.
  public var title: String
  /// The version that it documents, where that is known.
  public var version: String?
  /// The kind of documentation.
  public var type: DocumentType
  /// Which store holds the content.
  public var store: StoreKind
  /// What is stored; nil before the first successful fetch.
  public var content: Content?
  /// Since when it is tracked.
  public var createdAt: Timestamp
  /// When the content or its expiry changed last.
  public var updatedAt: Timestamp
  /// From then on its content counts as stale; without content there is none to expire, and `expiry` is nil.
  public var expiresAt: Timestamp
  /// Since when the source answers that the document is gone.
  public var goneAt: Timestamp?
  /// Fetches that failed since the last one that did not.
  public var failedFetches: Int
  /// Why the last fetch failed; nil when it did not.
  public var lastError: String?

  /// The stored content of a document, measured.
  public struct Content: Hashable, Sendable {
    /// The hash of the normalised text.
    public var hash: String
    /// What to ask the source with, whether anything has changed.
    public var validators: Validators
    /// Bytes of the normalised text.
    public var length: Int
    /// Words of the normalised text.
    public var wordCount: Int
    /// Headings in it.
    public var headingCount: Int
    /// Blocks of code in it.
    public var codeBlockCount: Int
    /// Chunks that it is kept in.
    public var chunkCount: Int
    /// 0…1
    public var quality: Double
    /// The time to live that it was last given.
    public var ttlDays: Int
    /// When it was last fetched, changed or not.
    public var fetchedAt: Timestamp
    /// What its chunks were embedded with; nil when they were not.
    public var embedding: EmbeddingMark?
    /// The factors of the time to live as they were found; nil where they are not known.
    public var ttlFactors: JSONValue?
  }

  /// The id of a source in a workspace.
  public static func id(of source: SourceLocation, in workspace: WorkspaceName) -> String {
    String(ContentHash.of("\(workspace)\n\(source)").prefix(16))
  }
}

extension TrackedDocument {
  /// From when on its content counts as stale; nil before the first fetch, when there is none to expire.
  public var expiry: Timestamp? { content == nil ? nil : expiresAt }

  init(row: Row) throws {
    let id: String = row["content_id"]
    guard let workspace = WorkspaceName(rawValue: row["workspace"]),
      let source = try? SourceLocation(tracked: row["source_url"]),
      let type = DocumentType(rawValue: row["doc_type"])
    else { throw UnreadableValue("document \(id)") }
    self.init(
      id: id, workspace: workspace, source: source, technology: row["technology"], title: row["title"],
      version: row["version"], type: type,
      store: StoreKind(rawValue: row["store"]) ?? .embedded, content: Content(row: row),
      createdAt: row["created_at"],
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
      "store": .string(store.rawValue),
      "content_hash": JSONValue(content?.hash),
      "content_length": JSONValue(content?.length ?? 0),
      "word_count": JSONValue(content?.wordCount ?? 0),
      "heading_count": JSONValue(content?.headingCount ?? 0),
      "code_block_count": JSONValue(content?.codeBlockCount ?? 0),
      "chunk_count": JSONValue(content?.chunkCount ?? 0),
      "quality_score": JSONValue(content?.quality),
      "ttl_days": content.map { JSONValue($0.ttlDays) } ?? .null,
      "embedding_model": JSONValue(content?.embedding?.model),
      "created_at": JSONValue(createdAt),
      "updated_at": JSONValue(updatedAt),
      "last_fetched_at": JSONValue(content?.fetchedAt),
      "expires_at": JSONValue(expiry),
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
    validators: Validators, fetchedAt: Timestamp, embedding: EmbeddingMark? = nil,
    ttlFactors: JSONValue? = nil
  ) {
    self.init(
      hash: document.contentHash, validators: validators, length: document.text.utf8.count,
      wordCount: document.text.wordCount, headingCount: quality.headings,
      codeBlockCount: quality.codeBlocks, chunkCount: chunkCount, quality: quality.value, ttlDays: ttlDays,
      fetchedAt: fetchedAt, embedding: embedding, ttlFactors: ttlFactors)
  }

  fileprivate init?(row: Row) {
    guard let hash: String = row["content_hash"], let fetchedAt: Timestamp = row["last_fetched_at"] else {
      return nil
    }
    self.init(
      hash: hash, validators: Validators(row: row), length: row["content_length"],
      wordCount: row["word_count"], headingCount: row["heading_count"],
      codeBlockCount: row["code_block_count"], chunkCount: row["chunk_count"], quality: row["quality_score"],
      ttlDays: row["ttl_days"] ?? 0, fetchedAt: fetchedAt, embedding: EmbeddingMark(row: row),
      ttlFactors: (row["ttl_factors"] as String?).flatMap { try? JSONValue(parsing: $0) })
  }
}

extension Validators {
  fileprivate init(row: Row) {
    self.init(
      etag: row["etag"], lastModified: row["last_modified"],
      libraryID: (row["library_id"] as String?).flatMap(LibraryID.init),
      upstream: (row["upstream_revision"] as String?).map {
        Upstream(revision: $0, changedAt: row["upstream_changed_at"], stars: row["stars"])
      })
  }
}

extension EmbeddingMark {
  fileprivate init?(row: Row) {
    guard let model: String = row["embedding_model"], let length: Int = row["embedding_length"] else {
      return nil
    }
    self.init(model: model, length: length)
  }
}
