internal import Foundation

/// Where a document comes from: `https://…`, `http://…` or `file://…`.
public struct SourceLocation: Hashable, Sendable, CustomStringConvertible {
  /// How the source is reached.
  public enum Kind: Hashable, Sendable {
    /// A file, or a folder of Markdown files.
    case file(path: String)
    case web(host: String)
  }

  /// How it is fetched.
  public let kind: Kind
  /// The URL, without credentials.
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
      kind = .file(path: url.path)
    default: throw Invalid(text: text, reason: "'\(scheme)' is not http, https or file")
    }
    description = text
  }

  /// A file or folder by its path, relative to the working directory.
  ///
  /// - Throws: `Invalid` when there is no such file.
  public init(path: String) throws(Invalid) {
    let url = URL(fileURLWithPath: path).standardizedFileURL
    guard FileManager.default.fileExists(atPath: url.path) else {
      throw Invalid(text: path, reason: "there is no such file, and it is no URL")
    }
    kind = .file(path: url.path)
    description = URL(fileURLWithPath: url.path).absoluteString
  }

  /// A text that is no source.
  public struct Invalid: Error, CustomStringConvertible {
    let text: String
    let reason: String

    /// The URL, without credentials.
    public var description: String { "'\(text)' cannot be a source: \(reason)" }
  }
}
