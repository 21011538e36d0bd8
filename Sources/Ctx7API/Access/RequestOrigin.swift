internal import HTTPTypes
internal import Hummingbird

/// Whether a browser sends a request for a page of another site (cross-site request forgery, DNS rebinding).
struct RequestOrigin {
  private let request: Request

  init(_ request: Request) {
    self.request = request
  }

  /// - Throws: `APIError` 403 for a request that changes something on behalf of another site, and for a host name
  ///   that is not this host's: a name that its owner has pointed at 127.0.0.1.
  func check() throws(APIError) {
    let host = request.head.authority ?? ""
    guard isOurs(host) else {
      throw APIError(.forbidden, "this service answers to localhost, 127.0.0.1, [::1] and ctx7 only")
    }
    guard !request.method.isSafe else { return }
    // W3C Fetch Metadata §2: scripts cannot set it. Browsers older than that send Origin with every POST
    // (RFC 6454 §7); programs send neither.
    if let site = request.headers[.secFetchSite] {
      guard site == "same-origin" || site == "none" else { throw Self.refusal }
    } else if let origin = request.headers[.origin] {
      guard origin == "http://\(host)" || origin == "https://\(host)" else { throw Self.refusal }
    }
  }

  private static var refusal: APIError {
    APIError(.forbidden, "the request comes from a page of another site")
  }

  private func isOurs(_ authority: String) -> Bool {
    var name = authority[...]
    if let colon = name.lastIndex(of: ":"), name[name.index(after: colon)...].allSatisfy(\.isNumber) {
      name = name[..<colon]
    }
    return ["", "localhost", "127.0.0.1", "[::1]", "ctx7"].contains(name.lowercased())
  }
}

extension HTTPRequest.Method {
  /// RFC 9110 §9.2.1
  fileprivate var isSafe: Bool { [.get, .head, .options, .trace].contains(self) }
}

extension HTTPField.Name {
  fileprivate static var secFetchSite: HTTPField.Name { staticName("Sec-Fetch-Site") }

  /// A name that is known to be one.
  static func staticName(_ text: StaticString) -> HTTPField.Name {
    guard let name = HTTPField.Name("\(text)") else { preconditionFailure("\(text) is no field name") }
    return name
  }
}
