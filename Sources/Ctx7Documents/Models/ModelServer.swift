public import Ctx7Model
internal import Foundation

/// A server that runs a model.
struct ModelServer: Sendable {
  private let client: WebClient
  private let settings: ModelSettings
  private let key: String?
  private let base: String

  var provider: ModelSettings.Provider { settings.provider }

  init(_ client: WebClient, _ settings: ModelSettings, key: String?) {
    self.client = client
    self.settings = settings
    self.key = key
    base = settings.base.hasSuffix("/") ? String(settings.base.dropLast()) : settings.base
  }

  /// Posts a question and decodes the answer.
  func ask<Answer: Decodable>(_ path: String, _ body: JSONValue, _ type: Answer.Type) async throws -> Answer {
    var request = WebRequest("POST", base + path)
    request.headers = [("Content-Type", "application/json")]
    request.body = body.description
    return try await send(request, type)
  }

  /// Fetches and decodes.
  func get<Answer: Decodable>(_ path: String, _ type: Answer.Type) async throws -> Answer {
    try await send(WebRequest("GET", base + path), type)
  }

  private func send<Answer: Decodable>(_ request: WebRequest, _ type: Answer.Type) async throws -> Answer {
    var request = request
    request.timeout = .seconds(settings.timeoutSeconds)
    request.limit = 256 << 20
    request.passingStatuses = [409, 429, 500, 502, 503, 504]
    request.isFinal = { response in
      // The same status as for too many requests, but asking again costs nothing and brings nothing.
      response.headers["x-should-retry"] == "false" || Self.isQuota(response)
    }
    if let key { request.headers.append(("Authorization", "Bearer \(key)")) }
    let response: WebResponse
    do {
      response = try await client.send(request)
    } catch let failure as WebFailure {
      throw ModelError(model: settings.model, errorClass: failure.errorClass, message: "\(base): \(failure)")
    }
    guard response.status == 200 else { throw refusal(response) }
    guard let answer = try? JSONDecoder().decode(type, from: Data(response.body)) else {
      throw error("an answer that is not what the protocol promises")
    }
    return answer
  }

  private static func isQuota(_ response: WebResponse) -> Bool {
    response.status == 429 && response.text.contains("insufficient_quota")
  }

  /// An answer that cannot be used.
  func error(_ message: String) -> ModelError {
    ModelError(model: settings.model, errorClass: .service, message: "\(base): \(message)")
  }

  /// The error body has as many shapes as there are servers: text, an object with a message, `detail`.
  private func refusal(_ response: WebResponse) -> ModelError {
    let json = try? JSONValue(parsing: response.text)
    let words =
      json?["error"]?["message"]?.string ?? json?["error"]?.string ?? json?["message"]?.string
      ?? json?["detail"]?.string ?? json?["detail"]?.array?.first?["msg"]?.string ?? "no details"
    let errorClass: ErrorClass =
      switch response.status {
      case 429: Self.isQuota(response) ? .quota : .rateLimit
      case 500...: .service
      default: .configuration
      }
    return ModelError(
      model: settings.model, errorClass: errorClass,
      message: "\(base): \(words.clipped) (HTTP \(response.status))", status: response.status)
  }
}

/// Why a model gave nothing that can be used.
public struct ModelError: Error, ClassifiedError, Hashable, CustomStringConvertible {
  let model: String
  /// The class by which retries and exit statuses are decided.
  public let errorClass: ErrorClass
  let message: String
  /// Of the answer; nil where there was none, or one of success that cannot be used.
  var status: Int?

  /// Whether less might be taken: 413 says so, 400 is what Ollama answers to whatever it cannot embed.
  var mayBeTooMuch: Bool { status == 400 || status == 413 }

  /// The text for people.
  public var description: String { "model '\(model)': \(message)" }
}
