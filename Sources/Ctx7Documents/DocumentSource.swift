/// Something that documents are fetched from.
public protocol DocumentSource: Sendable {
  /// Fetches a document.
  ///
  /// - Parameter validators: of the content that is stored; an answer that nothing has changed is only possible
  ///   with them.
  func fetch(_ location: SourceLocation, validators: Validators) async throws -> Fetched
}

/// What tells a source which version is known here (RFC 9110, section 8.8).
public struct Validators: Hashable, Sendable {
  /// The `ETag` of the answer.
  public var etag: String?
  /// The `Last-Modified` of the answer, as it was sent.
  public var lastModified: String?

  /// Creates validators; none by default.
  public init(etag: String? = nil, lastModified: String? = nil) {
    self.etag = etag
    self.lastModified = lastModified
  }
}

/// A source's answer.
public enum Fetched: Hashable, Sendable {
  /// The text as it came, untrusted.
  case content(String, Validators)
  case notModified
}

/// The most that is taken from any source, in bytes, after decompression.
let maximumDocumentSize = 16 << 20
