internal import Foundation
internal import SystemPackage

/// Where a document comes from: `https://…`, `http://…`, `file://…` or `context7:/owner/repo?query=…`.
public struct SourceLocation: Hashable, Sendable, CustomStringConvertible {
  /// How the source is reached.
  public enum Kind: Hashable, Sendable {
    /// A file, or a folder of Markdown files.
    case file(path: String)
    case web(host: String)
    /// A library of Context7: all of it, or what it answers to a query.
    case context7(LibraryID, query: String?)
  }

  /// How it is fetched.
  public let kind: Kind
  /// The URL, without credentials; of a file with its path normalised.
  public let description: String

  /// Reads a URL.
  ///
  /// - Throws: `Invalid` for anything but an absolute http, https or file URL, or one that holds credentials.
  public init(_ text: String) throws(Invalid) {
    guard let url = URL(string: text), let scheme = url.scheme?.lowercased() else {
      throw Invalid(text: text, reason: "it is not a URL")
    }
    switch scheme {
    case "http", "https":
      guard let host = url.host, !host.isEmpty else { throw Invalid(text: text, reason: "it names no host") }
      guard url.user == nil, url.password == nil else {
        throw Invalid(text: text, reason: "it holds credentials, which would be stored and shown")
      }
      kind = .web(host: host.lowercased())
    case "file":
      guard url.host ?? "" == "", url.path.hasPrefix("/") else {
        throw Invalid(text: text, reason: "a file URL is file:///ABSOLUTE/PATH")
      }
      (kind, description) = Self.file(url.path)
      return
    case "context7":
      guard let library = LibraryID(rawValue: url.path) else {
        throw Invalid(text: text, reason: "a library is context7:/OWNER/REPO")
      }
      let query = URLComponents(string: text)?.queryItems?.first { $0.name == "query" }?.value
      kind = .context7(library, query: query)
      description = Self.description(library, query)
      return
    default: throw Invalid(text: text, reason: "'\(scheme)' is not http, https, file or context7")
    }
    description = text
  }

  /// A library of Context7.
  ///
  /// - Parameter query: what to ask it; nil for everything it holds.
  public init(library: LibraryID, query: String? = nil) {
    kind = .context7(library, query: query)
    description = Self.description(library, query)
  }

  /// An address that the reference fetched from; `llms.txt` of Context7 is the library that it belongs to.
  ///
  /// - Throws: `Invalid` for anything that cannot be a source.
  public init(former url: String) throws(Invalid) {
    let prefix = "https://context7.com"
    let suffix = "/llms.txt"
    if url.hasPrefix(prefix), url.hasSuffix(suffix),
      let library = LibraryID(rawValue: String(url.dropFirst(prefix.count).dropLast(suffix.count)))
    {
      self.init(library: library)
    } else {
      try self.init(url)
    }
  }

  /// The name of the library, where the source is one.
  public var libraryName: String? {
    guard case .context7(let library, _) = kind else { return nil }
    return library.name
  }

  private static func description(_ library: LibraryID, _ query: String?) -> String {
    "context7:\(library)" + (query.map { "?query=\($0.queryEscaped)" } ?? "")
  }

  /// Who publishes the source: a library's owner, a host, or nobody known.
  public var owner: String {
    switch kind {
    case .file: ""
    case .web(let host): host
    case .context7(let library, _): library.owner
    }
  }

  /// Whether it is fetched from this machine or a private network, as far as the URL alone tells.
  public var isPrivate: Bool {
    guard case .web(let host) = kind else { return false }
    return PublicAddress.isPrivate(literally: host)
  }

  /// A file or folder by its path, relative to the working directory.
  ///
  /// - Throws: `Invalid` when there is no such file.
  public init(path: String) throws(Invalid) {
    let url = URL(fileURLWithPath: path).standardizedFileURL
    guard FileManager.default.fileExists(atPath: url.path) else {
      throw Invalid(text: path, reason: "there is no such file, and it is no URL")
    }
    (kind, description) = Self.file(url.path)
  }

  /// The same file is the same source, however its path is written: without `.`, `..`, doubled and trailing slashes.
  private static func file(_ path: String) -> (Kind, description: String) {
    let path = FilePath(path).lexicallyNormalized().string
    return (.file(path: path), URL(fileURLWithPath: path, isDirectory: false).absoluteString)
  }

  /// How the same source was written where it was tracked before paths were normalised.
  var formerDescriptions: [String] {
    guard case .file(let path) = kind else { return [] }
    return ["\(description)/", "file://\(path)"].filter { $0 != description }
  }

  /// A text that is no source.
  public struct Invalid: Error, CustomStringConvertible {
    let text: String
    let reason: String

    /// Creates an error; what may be credentials in the text is not kept.
    public init(text: String, reason: String) {
      self.text = Self.withoutCredentials(text)
      self.reason = reason
    }

    /// What is no URL may hold a password with any characters: all that is before the last `@` goes.
    private static func withoutCredentials(_ text: String) -> String {
      guard let authority = text.range(of: "//"), let end = text.lastIndex(of: "@"),
        authority.upperBound <= end
      else { return text }
      return "\(text[..<authority.upperBound])…\(text[end...])"
    }

    /// The text without credentials, and what is wrong with it.
    public var description: String { "'\(text)' cannot be a source: \(reason)" }
  }
}

extension String {
  /// As a value in the query of a URL (RFC 3986, section 2.3).
  var queryEscaped: String {
    var escaped = ""
    for byte in utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "~"):
        escaped.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        let digits = String(byte, radix: 16, uppercase: true)
        escaped += digits.count == 1 ? "%0\(digits)" : "%\(digits)"
      }
    }
    return escaped
  }
}
