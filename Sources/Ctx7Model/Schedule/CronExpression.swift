/// A cron expression, parsed.
public struct CronExpression: Hashable, Sendable {
  /// The text as it was written.
  public let source: String
}
