internal import Ctx7Model
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
  /// The URL as it is fetched, without credentials and fragment, scheme and host in lower case; of a file with its
  /// path normalised.
  public let description: String

  /// Reads a URL.
  ///
  /// - Throws: `Invalid` for anything but an absolute URL that can be fetched, and for one that holds credentials.
  public init(_ text: String) throws(Invalid) {
    try self.init(tracked: text)
    switch kind {
    case .web:
      guard PortNumber.isUsable(in: description) else {
        throw Invalid(text: text, reason: "a port is a number from 1 to 65535")
      }
    case .context7(let library, let query?): try self.init(library: library, query: query)
    case .context7, .file: return
    }
  }

  /// Reads the URL of a document that is tracked: one that can never be fetched may have been, and is shown.
  init(tracked text: String) throws(Invalid) {
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
      description = Self.web(url)
    case "file":
      guard url.host ?? "" == "", url.path.hasPrefix("/") else {
        throw Invalid(text: text, reason: "a file URL is file:///ABSOLUTE/PATH")
      }
      (kind, description) = Self.file(url.path)
    case "context7":
      let queries = URLComponents(string: text)?.queryItems ?? []
      guard url.host == nil, let library = LibraryID(rawValue: url.path), url.fragment == nil,
        queries.isEmpty || queries.map(\.name) == ["query"]
      else {
        throw Invalid(
          text: text, reason: "a library is context7:/OWNER/REPO or context7:/OWNER/REPO?query=TEXT")
      }
      kind = .context7(library, query: queries.first?.value)
      description = Self.description(library, queries.first?.value)
    default: throw Invalid(text: text, reason: "'\(scheme)' is not http, https, file or context7")
    }
  }

  /// All of a library of Context7.
  public init(library: LibraryID) {
    kind = .context7(library, query: nil)
    description = Self.description(library, nil)
  }

  /// What Context7 answers to a query about a library.
  ///
  /// - Throws: `Invalid` for a query that it does not take.
  public init(library: LibraryID, query: String) throws(Invalid) {
    guard (1...500).contains(query.count) else {
      throw Invalid(
        text: "context7:\(library)", reason: "a query has 1 to 500 characters, not \(query.count)")
    }
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

  /// The same address is the same source: scheme and host know no case, no path is the path `/`, the scheme's own
  /// port goes without saying, and a fragment is never sent (RFC 9110, sections 4.2.3 and 4.2.5).
  private static func web(_ url: URL) -> String {
    let text = url.absoluteString.prefix { $0 != "#" }
    let start = text.range(of: "://")?.upperBound ?? text.startIndex
    let end = text[start...].firstIndex { "/?".contains($0) } ?? text.endIndex
    var origin = text[..<end].lowercased()
    let ownPort = origin.hasPrefix("https:") ? ":443" : ":80"
    if let port = [ownPort, ":"].first(where: origin.hasSuffix) { origin.removeLast(port.count) }
    return origin + (text[end...].hasPrefix("/") ? "" : "/") + text[end...]
  }

  /// The same file is the same source, however its path is written: without `.`, `..`, doubled and trailing slashes.
  private static func file(_ path: String) -> (Kind, description: String) {
    let path = FilePath(path).lexicallyNormalized().string
    return (.file(path: path), URL(fileURLWithPath: path, isDirectory: false).absoluteString)
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
