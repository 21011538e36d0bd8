/// The kind of failure, by the names that `retry_config.retry_on_errors` and `error_class` use.
public enum ErrorClass: String, CaseIterable, Sendable {
  /// A connection could not be made or broke off.
  case connection = "ConnectionError"
  /// A request or the whole execution took too long.
  case timeout = "TimeoutError"
  /// Weaviate answered with an error that may pass.
  case weaviate = "WeaviateError"
  /// SQLite was busy, full or unreadable.
  case database = "DatabaseError"
  /// A service asked to be called less often.
  case rateLimit = "RateLimitError"
  /// A limit that asking again does not lift is reached: a quota, a month's budget.
  case quota = "QuotaError"
  /// A service answered with a server error (5xx).
  case service = "ServiceError"
  /// A command asked to be run again later: exit status 75 (sysexits.h, EX_TEMPFAIL).
  case temporary = "TemporaryError"
  /// A command ended with another status than 0, or was killed by a signal.
  case command = "CommandError"
  /// The process ended without closing its row: killed, out of memory, power loss.
  case processDied = "ProcessDied"
  /// What was fetched is not usable content: empty, HTML, too large, undecodable.
  case content = "ContentError"
  /// The document is gone upstream, or access to it is denied for good.
  case notFound = "NotFoundError"
  /// The configuration does not fit the work.
  case configuration = "ConfigurationError"
  /// Somebody stopped it: `systemctl stop`, `ctx7ctl cancel`, Ctrl-C.
  case cancelled = "Cancelled"
  /// A defect: an error that no other class describes.
  case unexpected = "UnexpectedError"

  /// Those that a retry policy may name: nothing is tried again that somebody has stopped.
  public static let retryable = allCases.filter { $0 != .cancelled }
}

/// An error that knows its class; anything else counts as `unexpected`.
public protocol ClassifiedError: Error {
  /// The class that the retry policy judges by.
  var errorClass: ErrorClass { get }
}
