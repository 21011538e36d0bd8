public import Ctx7Model

/// Why a document could not be fetched.
public struct SourceError: Error, ClassifiedError, CustomStringConvertible {
  /// What the source did.
  public enum Reason: Error, Hashable, Sendable {
    /// 404 or 410, or no such file: the document is no more.
    case gone(String)
    /// 401 or 403, or a file that may not be read.
    case denied(String)
    /// No answer, or none that may be read.
    case noAnswer(WebFailure)
    /// 429, with the time until which the source asks to be left alone.
    case rateLimited(until: Timestamp?)
    /// 5xx, a 503 perhaps with the time until which the source asks to be left alone.
    case serverError(status: Int, until: Timestamp? = nil)
    /// Any other answer that cannot be content.
    case unexpectedStatus(Int)
    /// A status that says that the request itself is wrong, with the source's own word for it where it has one.
    case refused(status: Int, String?)
    /// A redirect to another host.
    case redirected(to: String)
    /// A redirect to what is not on the web: to a file of this host, for instance.
    case redirectRefused(to: String)
    /// Redirects that come back to where they have been.
    case redirectCircle
    /// Redirects without an end.
    case redirectedTooOften(limit: Int)
    case notText
    /// An answer that looks well and holds no documentation.
    case noContent(String)
    /// Less than a tenth of what is stored: more likely an error page than a document.
    case shrunk(from: Int, to: Int)
  }

  /// The URL that was asked for.
  public let source: SourceLocation
  /// What went wrong there.
  public let reason: Reason

  /// Creates an error.
  public init(_ source: SourceLocation, _ reason: Reason) {
    self.source = source
    self.reason = reason
  }

  /// The class by which retries and exit statuses are decided.
  public var errorClass: ErrorClass {
    switch reason {
    case .gone, .denied: .notFound
    case .noAnswer(let failure): failure.errorClass
    case .rateLimited: .rateLimit
    case .serverError: .service
    case .unexpectedStatus, .refused, .redirected, .redirectRefused, .redirectCircle, .redirectedTooOften,
      .notText, .noContent, .shrunk:
      .content
    }
  }

  /// The text for people.
  public var description: String {
    let words =
      switch reason {
      case .gone(let detail): "gone (\(detail))"
      case .denied(let detail): "access denied (\(detail))"
      case .noAnswer(let failure): failure.description
      case .rateLimited(let until?): "asks to be left alone until \(until) (HTTP 429)"
      case .rateLimited(nil): "asks to be asked less often (HTTP 429)"
      case .serverError(let status, let until?):
        "the server failed and asks to be left alone until \(until) (HTTP \(status))"
      case .serverError(let status, nil): "the server failed (HTTP \(status))"
      case .unexpectedStatus(let status): Self.words(forStatus: status)
      case .refused(let status, let code?): "refused (HTTP \(status), \(code))"
      case .refused(let status, nil): "refused (HTTP \(status))"
      case .redirected(let target): "redirected to \(target); track that address if it is right"
      case .redirectRefused(let target):
        "redirected to \(target), which is refused: redirects lead to http and https only"
      case .redirectCircle: "redirects in a circle"
      case .redirectedTooOften(let limit): "redirects more than \(limit.counted("time"))"
      case .notText: "not UTF-8 text"
      case .noContent(let detail): "no documentation: \(detail)"
      case .shrunk(let from, let to):
        "only \(to) bytes where \(from) are stored; remove and add the document if that is right"
      }
    return "\(source): \(words)"
  }

  private static func words(forStatus status: Int) -> String {
    switch status {
    case 204, 205: "HTTP \(status) has no content"
    case 301, 302, 303, 307, 308: "a redirect without a Location (HTTP \(status))"
    default: "HTTP \(status) instead of a document"
    }
  }
}

extension SourceError.Reason {
  /// The status of HTTP behind the reason; nil where there was none.
  public var status: Int? {
    switch self {
    case .serverError(let status, _), .unexpectedStatus(let status), .refused(let status, _): status
    case .rateLimited: 429
    default: nil
    }
  }
}
