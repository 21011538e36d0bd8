public import Ctx7Model

/// Why a document could not be fetched.
public struct SourceError: Error, ClassifiedError, CustomStringConvertible {
  /// What the source did.
  public enum Reason: Error, Hashable, Sendable {
    /// 404 or 410, or no such file: the document is no more.
    case gone(String)
    /// 401 or 403, or a file that may not be read.
    case denied(String)
    /// The connection could not be made, or broke off.
    case unreachable(String)
    case timedOut
    /// 429, with the seconds that the source asks to wait.
    case rateLimited(retryAfterSeconds: Int?)
    /// 5xx
    case serverError(status: Int)
    /// Any other answer that cannot be content.
    case unexpectedStatus(Int)
    /// A status that says that the request itself is wrong, with the source's own word for it.
    case refused(status: Int, String)
    /// A redirect to another host, or too many of them.
    case redirected(to: String)
    case tooLarge(limit: Int)
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
    case .unreachable: .connection
    case .timedOut: .timeout
    case .rateLimited: .rateLimit
    case .serverError: .service
    case .unexpectedStatus, .refused, .redirected, .tooLarge, .notText, .noContent, .shrunk: .content
    }
  }

  /// The text for people.
  public var description: String {
    let words =
      switch reason {
      case .gone(let detail): "gone (\(detail))"
      case .denied(let detail): "access denied (\(detail))"
      case .unreachable(let detail): detail
      case .timedOut: "no complete answer in time"
      case .rateLimited(let seconds): "asked to come back later" + (seconds.map { " (in \($0) s)" } ?? "")
      case .serverError(let status): "the server failed (HTTP \(status))"
      case .unexpectedStatus(let status): "HTTP \(status) is no content"
      case .refused(let status, let code): "refused (HTTP \(status), \(code))"
      case .redirected(let target): "redirected to \(target); track that address if it is right"
      case .tooLarge(let limit): "larger than \(limit >> 20) MiB"
      case .notText: "not UTF-8 text"
      case .noContent(let detail): "no documentation: \(detail)"
      case .shrunk(let from, let to):
        "only \(to) bytes where \(from) are stored; remove and add the document if that is right"
      }
    return "\(source): \(words)"
  }
}

extension SourceError.Reason {
  /// The status of HTTP behind the reason; nil where there was none.
  public var status: Int? {
    switch self {
    case .serverError(let status), .unexpectedStatus(let status), .refused(let status, _): status
    case .rateLimited: 429
    default: nil
    }
  }

  init(_ failure: WebFailure) {
    self =
      switch failure {
      case .unreachable(let detail): .unreachable(detail)
      case .timedOut: .timedOut
      case .tooLarge(let limit): .tooLarge(limit: limit)
      case .privateHost, .budgetSpent: .denied(failure.description)
      }
  }
}
