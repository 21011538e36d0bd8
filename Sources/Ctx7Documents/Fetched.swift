public import Ctx7Model

/// What tells a source which version is known here (RFC 9110, section 8.8).
public struct Validators: Hashable, Sendable {
  /// The `ETag` of the answer.
  public var etag: String?
  /// The `Last-Modified` of the answer, as it was sent.
  public var lastModified: String?
  /// The library of Context7 that has taken the place of the one that was tracked.
  public var libraryID: LibraryID?
  /// What Context7 said of the library.
  public var upstream: Upstream?

  /// Creates validators; none by default.
  public init(
    etag: String? = nil, lastModified: String? = nil, libraryID: LibraryID? = nil, upstream: Upstream? = nil
  ) {
    self.etag = etag
    self.lastModified = lastModified
    self.libraryID = libraryID
    self.upstream = upstream
  }

  /// Whether a server can be asked with them.
  var isConditional: Bool { etag != nil || lastModified != nil }

  /// Only what a source needs to find the document, so that it has to send it.
  public var unconditional: Validators { Validators(libraryID: libraryID) }
}

/// What Context7's search says of a library.
public struct Upstream: Hashable, Sendable {
  /// Changes whenever the library does: its date and its totals.
  public var revision: String
  /// When the library was indexed last.
  public var changedAt: Timestamp?
  /// How many people like the library.
  public var stars: Int?

  /// Creates the facts.
  public init(revision: String, changedAt: Timestamp? = nil, stars: Int? = nil) {
    self.revision = revision
    self.changedAt = changedAt
    self.stars = stars
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
