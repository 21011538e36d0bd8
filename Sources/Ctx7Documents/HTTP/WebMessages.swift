internal import Foundation

/// A request to a server.
struct WebRequest: Sendable {
  var method = "GET"
  var url: String
  var headers: [(String, String)] = []
  var body: String?
  /// From the first byte out to the last byte in.
  var timeout = Duration.seconds(60)
  /// The most that is read, in bytes, after decompression.
  var limit = maximumDocumentSize
  /// The answers after which it is sent again.
  var passingStatuses: Set<Int> = [500, 502, 503, 504]
  /// Whether an answer stands, whatever its status is and however long the server asks to wait.
  var isFinal: @Sendable (WebResponse) -> Bool = { _ in false }
  /// Whether it goes to a source of documents: these are paced and counted.
  var isSource = false
  /// Whether the address comes from whoever tracked a document rather than from the configuration.
  var mustBePublic = false

  init(_ method: String = "GET", _ url: String) {
    self.method = method
    self.url = url
  }

  /// The host that the connection goes to: decoded, in lower case, without brackets.
  var host: String { URL(string: url)?.host?.lowercased() ?? "" }
}

/// A server's answer, complete.
struct WebResponse: Sendable {
  var status: Int
  /// By lower-case name.
  var headers: [String: String]
  var body: [UInt8]
  /// How long the server asks to wait.
  var retryAfter: Duration?

  /// The body as text; what is not UTF-8 is replaced.
  var text: String { String(decoding: body, as: UTF8.self) }
}

extension String {
  /// A server's own words, as many as rows, alerts and the journal can take.
  var clipped: String {
    unicodeScalars.count <= 500 ? self : String(unicodeScalars.prefix(500)) + "…"
  }
}
