internal import Ctx7Model

// What alerts and health have to agree on.
extension JobMetrics {
  /// Rates and averages over fewer attempts are chance.
  private static let minimumExecutions = 10

  /// The error rate in percent where it is too high.
  public func errorRate(reaching threshold: Double) -> Double? {
    totalExecutions >= Self.minimumExecutions && errorRate >= threshold ? errorRate : nil
  }

  /// How a job is doing by its attempts alone, which is all that is known of one that is not generated.
  public var health: Health {
    let policy = AlertPolicy()
    if totalExecutions == 0 { return .unknown }
    if consecutiveFailures >= policy.consecutiveFailures { return .unhealthy }
    let isDegraded = consecutiveFailures > 0 || errorRate(reaching: policy.errorRatePercent) != nil
    return isDegraded ? .degraded : .healthy
  }

  /// How many seconds the attempts before the latest took on average, where that one took more than `factor` times as
  /// long.
  ///
  /// - Parameter latest: of the latest attempt, which is counted already.
  public func averageSeconds(exceededBy latest: Double, times factor: Double) -> Double? {
    let earlier = measuredExecutions - 1
    guard earlier >= Self.minimumExecutions else { return nil }
    let average = (averageDurationSeconds * Double(measuredExecutions) - latest) / Double(earlier)
    // Three times nothing is nothing to talk of.
    return latest > average * factor && latest >= 1 ? average : nil
  }
}
