internal import Foundation

/// Documents over http and https.
public struct WebSource: Sendable {
  private let client: WebClient
  private let timeout: Duration
  private static let redirectLimit = 5

  /// Creates a source on a client.
  ///
  /// - Parameter timeout: the longest that one request may take.
  public init(_ client: WebClient, timeout: Duration = .seconds(60)) {
    self.client = client
    self.timeout = timeout
  }

  /// Fetches what is there now.
  public func fetch(_ location: SourceLocation, validators: Validators) async throws -> Fetched {
    guard case .web = location.kind else { preconditionFailure("not on the web: \(location)") }
    var url = location.description
    var asked: Set<String> = []
    for _ in 0...Self.redirectLimit {
      guard asked.insert(url).inserted else { throw SourceError(location, .redirectCircle) }
      let response = try await send(url, validators, location)
      switch response.status {
      case 200: return .content(try response.documentText(location), Validators(of: response))
      case 304 where validators.isConditional: return .notModified
      case 301, 302, 303, 307, 308: url = try redirect(response, from: url, location)
      default: throw SourceError(location, reason(for: response))
      }
    }
    throw SourceError(location, .redirectedTooOften(limit: Self.redirectLimit))
  }

  private func send(_ url: String, _ validators: Validators, _ location: SourceLocation) async throws
    -> WebResponse
  {
    var request = WebRequest("GET", url)
    request.isSource = true
    request.mustBePublic = true
    request.timeout = timeout
    request.headers = [("Accept", "text/plain, text/markdown, */*;q=0.5")]
    if let etag = validators.etag { request.headers.append(("If-None-Match", etag)) }
    if let date = validators.lastModified { request.headers.append(("If-Modified-Since", date)) }
    do {
      return try await client.send(request)
    } catch let failure as WebFailure {
      if let stop = SourceStopped(failure) { throw stop }
      throw SourceError(location, .noAnswer(failure))
    }
  }

  /// Follows a redirect on the same host, or from http to https there; nowhere else.
  private func redirect(_ response: WebResponse, from url: String, _ location: SourceLocation) throws
    -> String
  {
    guard let target = response.headers["location"],
      let resolved = URL(string: target, relativeTo: URL(string: url))?.absoluteURL
    else { throw SourceError(location, .unexpectedStatus(response.status)) }
    guard ["http", "https"].contains(resolved.scheme) else {
      throw SourceError(location, .redirectRefused(to: resolved.absoluteString.clipped))
    }
    guard let old = URL(string: url), resolved.host?.lowercased() == old.host?.lowercased(),
      resolved.scheme == "https" || (resolved.scheme == old.scheme && resolved.port == old.port)
    else { throw SourceError(location, .redirected(to: resolved.absoluteString.clipped)) }
    return resolved.absoluteString
  }

  private func reason(for response: WebResponse) -> SourceError.Reason {
    switch response.status {
    case 404, 410: .gone("HTTP \(response.status)")
    case 401, 403: .denied("HTTP \(response.status)")
    case 429: .rateLimited(until: client.wait(askedBy: response))
    case 503: .serverError(status: 503, until: client.wait(askedBy: response))
    case 500...: .serverError(status: response.status)
    default: .unexpectedStatus(response.status)
    }
  }
}

extension WebResponse {
  /// The body as the text of a document.
  ///
  /// - Throws: `SourceError` for a web page, and for what is not text.
  func documentText(_ location: SourceLocation) throws(SourceError) -> String {
    if headers["content-type"]?.lowercased().contains("html") == true {
      throw SourceError(location, .noContent("it is an HTML page"))
    }
    guard let text = String(validatingUTF8: body) else { throw SourceError(location, .notText) }
    let start = text.prefix(200).lowercased().drop(while: \.isWhitespace)
    if start.hasPrefix("<!doctype html") || start.hasPrefix("<html") {
      throw SourceError(location, .noContent("it is an HTML page"))
    }
    return text
  }
}

extension Validators {
  init(of response: WebResponse) {
    self.init(etag: response.headers["etag"], lastModified: response.headers["last-modified"])
  }
}
