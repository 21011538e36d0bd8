internal import AsyncHTTPClient
internal import Foundation
internal import NIOCore
internal import NIOHTTP1
internal import NIOHTTPCompression

/// Documents over http and https.
public struct WebSource: DocumentSource {
  private let client: HTTPClient
  private let pacer: HostPacer
  private static let redirectLimit = 5
  private static let timeout = TimeAmount.seconds(60)

  /// Opens a source, hands it to `body` and closes its connections.
  ///
  /// - Parameter delaySeconds: from one request to the next one to the same host.
  public static func with<Result: Sendable>(
    delaySeconds: Double, _ body: (WebSource) async throws -> Result
  ) async throws -> Result {
    var configuration = HTTPClient.Configuration()
    configuration.redirectConfiguration = .disallow
    configuration.timeout = .init(connect: .seconds(10), read: .seconds(30))
    configuration.decompression = .enabled(limit: .size(maximumDocumentSize))
    let client = HTTPClient(configuration: configuration)
    let source = WebSource(client: client, pacer: HostPacer(delay: .seconds(delaySeconds)))
    do {
      let result = try await body(source)
      try await client.shutdown()
      return result
    } catch {
      try? await client.shutdown()
      throw error
    }
  }

  /// Fetches what is there now.
  public func fetch(_ location: SourceLocation, validators: Validators) async throws -> Fetched {
    guard case .web(let host) = location.kind else { preconditionFailure("not on the web: \(location)") }
    var url = location.description
    for _ in 0...Self.redirectLimit {
      try await pacer.turn(for: host)
      let response = try await send(url, validators, location)
      switch response.status.code {
      case 200: return try await content(of: response, location)
      case 304 where validators != Validators(): return .notModified
      case 301, 302, 303, 307, 308: url = try redirect(response, from: url, host, location)
      default: throw SourceError(location, Self.reason(for: response))
      }
    }
    throw SourceError(location, .redirected(to: "address after address"))
  }

  private func send(_ url: String, _ validators: Validators, _ location: SourceLocation) async throws
    -> HTTPClientResponse
  {
    var request = HTTPClientRequest(url: url)
    request.headers.add(name: "User-Agent", value: "ctx7-jobs/1.0")
    request.headers.add(name: "Accept", value: "text/plain, text/markdown, */*;q=0.5")
    if let etag = validators.etag { request.headers.add(name: "If-None-Match", value: etag) }
    if let date = validators.lastModified { request.headers.add(name: "If-Modified-Since", value: date) }
    do {
      return try await client.execute(request, timeout: Self.timeout)
    } catch {
      throw Self.translated(error, location)
    }
  }

  private func content(of response: HTTPClientResponse, _ location: SourceLocation) async throws -> Fetched {
    if response.headers.first(name: "Content-Type")?.lowercased().contains("html") == true {
      throw SourceError(location, .noContent("it is an HTML page"))
    }
    let body: ByteBuffer
    do {
      body = try await response.body.collect(upTo: maximumDocumentSize)
    } catch {
      throw Self.translated(error, location)
    }
    guard let text = String(validatingUTF8: body.readableBytesView) else {
      throw SourceError(location, .notText)
    }
    let start = text.prefix(200).lowercased().drop(while: \.isWhitespace)
    if start.hasPrefix("<!doctype html") || start.hasPrefix("<html") {
      throw SourceError(location, .noContent("it is an HTML page"))
    }
    return .content(
      text,
      Validators(
        etag: response.headers.first(name: "ETag"),
        lastModified: response.headers.first(name: "Last-Modified")))
  }

  /// Follows a redirect on the same host, or from http to https there; nowhere else.
  private func redirect(
    _ response: HTTPClientResponse, from url: String, _ host: String, _ location: SourceLocation
  ) throws -> String {
    guard let target = response.headers.first(name: "Location"),
      let resolved = URL(string: target, relativeTo: URL(string: url))?.absoluteURL
    else { throw SourceError(location, .unexpectedStatus(Int(response.status.code))) }
    guard let old = URL(string: url), resolved.host?.lowercased() == host,
      resolved.scheme == "https" || (resolved.scheme == old.scheme && resolved.port == old.port)
    else { throw SourceError(location, .redirected(to: resolved.absoluteString)) }
    return resolved.absoluteString
  }

  private static func reason(for response: HTTPClientResponse) -> SourceError.Reason {
    let status = Int(response.status.code)
    switch status {
    case 404, 410: return .gone("HTTP \(status)")
    case 401, 403: return .denied("HTTP \(status)")
    case 429:
      return .rateLimited(retryAfterSeconds: response.headers.first(name: "Retry-After").flatMap { Int($0) })
    case 500...: return .serverError(status: status)
    default: return .unexpectedStatus(status)
    }
  }

  private static func translated(_ error: any Error, _ location: SourceLocation) -> any Error {
    switch error {
    case is CancellationError: return error
    case let error as HTTPClientError where error == .cancelled: return CancellationError()
    case let error as HTTPClientError where timeouts.contains(error): return SourceError(location, .timedOut)
    case is NIOTooManyBytesError, NIOHTTPDecompression.DecompressionError.limit:
      return SourceError(location, .tooLarge(limit: maximumDocumentSize))
    default: return SourceError(location, .unreachable(String(describing: error)))
    }
  }

  private static let timeouts: [HTTPClientError] = [.connectTimeout, .readTimeout, .deadlineExceeded]
}

/// Every kind of source that a location can name.
public struct AnySource: DocumentSource {
  private let files = FileSource()
  private let web: WebSource

  /// Adds files to the web.
  public init(web: WebSource) {
    self.web = web
  }

  /// Fetches what is there now.
  public func fetch(_ location: SourceLocation, validators: Validators) async throws -> Fetched {
    switch location.kind {
    case .file: try await files.fetch(location, validators: validators)
    case .web: try await web.fetch(location, validators: validators)
    }
  }
}
