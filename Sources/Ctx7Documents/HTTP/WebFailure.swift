public import Ctx7Model

/// Why there is no answer to a request, or none that may be read.
public enum WebFailure: Error, ClassifiedError, Hashable, CustomStringConvertible {
  /// The connection could not be made, or broke off.
  case unreachable(String)
  case timedOut
  /// The answer came, and cannot be unpacked.
  case damaged
  case tooLarge(limit: Int)
  /// The address belongs to this host or its network, and that is not allowed.
  case privateHost(String)
  /// The run has sent as many requests as it may.
  case budgetSpent(limit: Int)

  /// Whether it may be otherwise when the request is sent again.
  var mayPass: Bool {
    switch self {
    case .unreachable, .timedOut, .damaged: true
    case .tooLarge, .privateHost, .budgetSpent: false
    }
  }

  /// The class by which retries and exit statuses are decided.
  public var errorClass: ErrorClass {
    switch self {
    case .unreachable: .connection
    case .timedOut: .timeout
    case .tooLarge, .damaged: .content
    case .privateHost: .configuration
    case .budgetSpent: .rateLimit
    }
  }

  /// The text for people.
  public var description: String {
    switch self {
    case .unreachable(let detail): detail
    case .timedOut: "no complete answer in time"
    case .damaged: "the compressed answer is damaged"
    case .tooLarge(let limit): "larger than \(limit >> 20) MiB"
    case .privateHost(let address):
      "\(address) is a private address; allow it with 'fetch: {allow_private_hosts: true}' if that is right"
    case .budgetSpent(let limit): "fetch.request_budget, \(limit.counted("request")), is used up"
    }
  }
}
