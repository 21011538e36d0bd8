public import Ctx7Model

/// What Weaviate refused, and why.
public struct WeaviateError: Error, ClassifiedError, Hashable, CustomStringConvertible {
  /// What was asked: `DELETE /v1/batch/objects`.
  public let request: String
  /// The status of the answer; nil where an answer of success says that something failed.
  public let status: Int?
  /// Weaviate's own words.
  public let message: String
  /// Whether it said when to ask again, as the proxy in front of a hosted one does; Weaviate's own limits do not pass.
  var asksToWait = false

  /// The class by which retries and exit statuses are decided.
  public var errorClass: ErrorClass {
    switch status ?? 500 {
    case 500...: .weaviate
    case 429: asksToWait ? .rateLimit : .quota
    case 404: .notFound
    default: .configuration
    }
  }

  /// Whether Weaviate has answered for what it was sent, rather than for everything: something else may fare better.
  var concernsWhatWasSent: Bool {
    switch status {
    case nil, 400, 404, 413, 422: true
    default: false
    }
  }

  /// Whether there is no such tenant.
  var isMissingTenant: Bool { status == 422 && message.contains("tenant not found") }

  /// The text for people.
  public var description: String {
    let hint =
      switch status {
      case 401: "; put a valid key into the credential weaviate-api-key"
      case 429 where !asksToWait: "; a limit of the server is reached, which asking again does not change"
      default: ""
      }
    return "Weaviate: \(request): \(message)\(status.map { " (HTTP \($0))" } ?? "")\(hint)"
  }
}
