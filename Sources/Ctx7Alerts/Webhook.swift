internal import AsyncHTTPClient
internal import Crypto
internal import Ctx7Model
internal import FoundationEssentials
internal import Glibc
internal import NIOCore
internal import NIOHTTP1

/// A sink that is a URL: the alert's JSON is posted to it, and taken by any answer 2xx.
///
/// With a key the request has `X-Ctx7-Signature: sha256=…`, the HMAC-SHA256 of the body (RFC 2104) in hexadecimal.
struct Webhook {
  private let settings: WebhookSettings
  private let timeoutSeconds: Int
  private let credentials: Credentials
  private let host: String

  /// The waits before a second and a third request: a service that restarts is back by then. What takes longer is left
  /// to the outbox, and so is a wait that would end after the time-out.
  private static let pauses: [Duration] = [.milliseconds(500), .seconds(2)]

  init(_ settings: WebhookSettings, timeoutSeconds: Int, credentials: Credentials, host: String) {
    self.settings = settings
    self.timeoutSeconds = timeoutSeconds
    self.credentials = credentials
    self.host = host
  }

  func post(_ alert: Alert) async throws {
    let request = try request(alert)
    var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
    configuration.timeout.connect = .seconds(Int64(timeoutSeconds))
    let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    do {
      try await post(request, client)
    } catch {
      try await client.shutdown()
      throw error
    }
    try await client.shutdown()
  }

  private func post(_ request: HTTPClientRequest, _ client: HTTPClient) async throws {
    let deadline = NIODeadline.now() + .seconds(Int64(timeoutSeconds))
    for pause in Self.pauses {
      do { return try await attempt(request, client, until: deadline) } catch let error as Failed {
        guard error.mayPassSoon, NIODeadline.now() + TimeAmount(pause) < deadline else { throw error }
        try await Task.sleep(for: pause)
      }
    }
    try await attempt(request, client, until: deadline)
  }

  private func request(_ alert: Alert) throws -> HTTPClientRequest {
    let url = try settings.url ?? settings.urlCredential.map(credentials.secret) ?? ""
    guard PortNumber.isUsable(in: url) else {
      throw Failed(
        description: "its address names a port that there is not, or cannot be read", mayPassSoon: false)
    }
    let body = Data(alert.message(from: host).utf8)
    var request = HTTPClientRequest(url: url)
    request.method = .POST
    request.headers.add(name: "Content-Type", value: "application/json")
    request.headers.add(name: "User-Agent", value: "ctx7-jobs")
    if let name = settings.secretCredential {
      let key = SymmetricKey(data: Data(try credentials.secret(name).utf8))
      let code = HMAC<SHA256>.authenticationCode(for: body, using: key)
      request.headers.add(name: "X-Ctx7-Signature", value: "sha256=" + code.map(Self.hex).joined())
    }
    request.body = .bytes(ByteBuffer(bytes: body))
    return request
  }

  private struct Failed: Error, CustomStringConvertible {
    let description: String
    let mayPassSoon: Bool
  }

  private func attempt(
    _ request: HTTPClientRequest, _ client: HTTPClient, until deadline: NIODeadline
  ) async throws {
    let response: HTTPClientResponse
    do {
      response = try await client.execute(request, deadline: deadline)
    } catch let error as HTTPClientError where error == .deadlineExceeded || error == .connectTimeout {
      throw Failed(description: "no answer within \(timeoutSeconds) s", mayPassSoon: false)
    } catch let error as IOError {
      throw Failed(
        description: "the request failed: \(String(cString: strerror(error.errnoCode)).lowercased())",
        mayPassSoon: true)
    } catch {
      // The error's own text may hold the address, which may be a secret.
      let reason = settings.url == nil ? "\(type(of: error))" : "\(error)"
      throw Failed(description: "the request failed: \(reason)", mayPassSoon: true)
    }
    switch response.status.code {
    case 200..<300: return
    case 300..<400:
      throw Failed(
        description: "HTTP \(response.status.code), and alerts follow no redirect: configure the new address",
        mayPassSoon: false)
    case let code: throw Failed(description: "HTTP \(code)", mayPassSoon: code >= 500 || code == 429)
    }
  }

  private static func hex(_ byte: UInt8) -> String {
    let digits = String(byte, radix: 16)
    return digits.count == 1 ? "0" + digits : digits
  }
}
