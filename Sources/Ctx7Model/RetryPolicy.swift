/// When a failed attempt is tried again.
public struct RetryPolicy: Hashable, Sendable {
  /// Attempts after the first one, 0…10.
  public var maxRetries: Int
  /// Seconds before the second attempt.
  public var delaySeconds: Int
  /// Factor from one delay to the next, 1…10.
  public var multiplier: Double
  /// Longest delay in seconds.
  public var maxDelaySeconds: Int
  /// Which failures are tried again.
  public var retryOn: [ErrorClass]

  /// Creates a policy; the defaults are those of the reference.
  public init(
    maxRetries: Int = 3,
    delaySeconds: Int = 60,
    multiplier: Double = 2,
    maxDelaySeconds: Int = 3600,
    retryOn: [ErrorClass] = RetryPolicy.transientErrors
  ) {
    self.maxRetries = maxRetries
    self.delaySeconds = delaySeconds
    self.multiplier = multiplier
    self.maxDelaySeconds = maxDelaySeconds
    self.retryOn = retryOn
  }

  /// The failures that are likely to pass by themselves.
  ///
  /// The reference names the first four, and retries every error in truth; a service that asks for a pause or
  /// answers 5xx, and a process that was killed, are as likely to do better the next time.
  public static let transientErrors: [ErrorClass] = [
    .connection, .timeout, .weaviate, .database, .rateLimit, .service, .temporary, .processDied,
  ]

  /// Seconds to wait before attempt `retry` (1 = the first retry): min(delay · multiplierⁿ⁻¹, max).
  public func delay(beforeRetry retry: Int) -> Int {
    var delay = Double(delaySeconds)
    for _ in 1..<max(1, retry) {
      delay *= multiplier
      guard delay < Double(maxDelaySeconds) else { return maxDelaySeconds }
    }
    return min(Int(delay), maxDelaySeconds)
  }

  /// Whether an attempt that failed with `error` is tried again, after so many retries before it.
  public func allowsRetry(after error: ErrorClass, retries: Int) -> Bool {
    retries < maxRetries && retryOn.contains(error)
  }

  /// When the attempt after a failed one is due; nil when there is none.
  ///
  /// - Parameter retries: how many attempts of the same firing came before the failed one.
  public func nextAttempt(after error: ErrorClass, retries: Int, endedAt: Timestamp) -> Timestamp? {
    guard allowsRetry(after: error, retries: retries) else { return nil }
    return endedAt.adding(seconds: Int64(delay(beforeRetry: retries + 1)))
  }
}
