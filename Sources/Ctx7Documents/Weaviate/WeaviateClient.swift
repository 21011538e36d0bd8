internal import Ctx7Model
internal import Foundation

/// Weaviate's REST interface, as far as it is needed.
struct WeaviateClient: Sendable {
  private let client: WebClient
  private let base: String
  private let key: String?
  private let timeout: Duration

  init(_ client: WebClient, _ settings: WeaviateSettings, key: String?) {
    self.client = client
    base = settings.url.hasSuffix("/") ? String(settings.url.dropLast()) : settings.url
    self.key = key
    timeout = .seconds(settings.timeoutSeconds)
  }

  /// Shows that what waits is not stuck.
  func beat() { client.beat() }

  /// Asks, and takes only an answer of success.
  ///
  /// - Throws: `WeaviateError` for any other answer, `WebFailure` for none.
  func call(_ method: String, _ path: String, _ body: JSONValue? = nil) async throws -> WebResponse {
    let response = try await answer(method, path, body)
    try confirm(response, Self.name(method, path))
    return response
  }

  /// - Throws: `WeaviateError` for an answer that is not one of success.
  func confirm(_ response: WebResponse, _ request: String) throws(WeaviateError) {
    guard (200...299).contains(response.status) else {
      throw WeaviateError(
        request: request, status: response.status, message: Self.message(response),
        asksToWait: response.retryAfter != nil)
    }
  }

  /// Asks, and takes any answer.
  func answer(_ method: String, _ path: String, _ body: JSONValue? = nil) async throws -> WebResponse {
    var request = WebRequest(method, "\(base)/v1\(path)")
    request.timeout = timeout
    request.limit = 64 << 20
    // Every request can be sent twice: ids are deterministic, deletions are by filter.
    request.isFinal = { response in
      response.status == 500 && Self.isUserError(Self.message(response))
    }
    if let key { request.headers.append(("Authorization", "Bearer \(key)")) }
    if let body {
      request.headers.append(("Content-Type", "application/json"))
      request.body = body.description
    }
    do {
      return try await client.send(request)
    } catch let failure as WebFailure {
      throw WeaviateUnreachable(request: Self.name(method, path), failure: failure)
    }
  }

  func decode<Answer: Decodable>(_ type: Answer.Type, _ response: WebResponse, _ request: String) throws
    -> Answer
  {
    do {
      return try JSONDecoder().decode(type, from: Data(response.body))
    } catch {
      throw WeaviateError(
        request: request, status: nil, message: "the answer is not what the interface promises")
    }
  }

  private static func name(_ method: String, _ path: String) -> String {
    "\(method) /v1\(path.prefix { $0 != "?" })"
  }

  /// `error[].message`, or `message` of the errors that come from in front of the server, or the status.
  private static func message(_ response: WebResponse) -> String {
    guard let json = try? JSONValue(parsing: response.text) else {
      return response.body.isEmpty ? "no details" : "an answer that is not JSON"
    }
    let messages = json["error"]?.array?.compactMap { $0["message"]?.string } ?? []
    return (messages.isEmpty ? json["message"]?.string ?? "no details" : messages.joined(separator: "; "))
      .clipped
  }

  /// Versions before 1.38 answer 500 to batch deletions that are wrong in themselves.
  private static func isUserError(_ message: String) -> Bool {
    ["class", "filter", "tenant"].contains { message.contains($0) } && !message.contains("shard")
  }
}

/// No answer from Weaviate.
struct WeaviateUnreachable: Error, ClassifiedError, CustomStringConvertible {
  let request: String
  let failure: WebFailure

  var errorClass: ErrorClass { failure.errorClass }
  var description: String { "Weaviate: \(request): \(failure)" }
}
