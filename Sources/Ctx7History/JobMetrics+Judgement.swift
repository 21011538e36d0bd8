internal import Ctx7Model

// What alerts and health have to agree on.
extension JobMetrics {
  /// An average over fewer attempts is chance.
  private static let minimumExecutions = 10

  /// How a job is doing by its attempts alone, which is all that is known of one that is not generated.
  public var health: Health {
    if totalExecutions == 0 { return .unknown }
    if consecutiveFailures >= AlertPolicy().consecutiveFailures { return .unhealthy }
    return consecutiveFailures > 0 ? .degraded : .healthy
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
