/// A cron expression, parsed.
public struct CronExpression: Hashable, Sendable {
  /// The text as it was written.
  public let source: String
  public init(_ source: String, jobID: JobID) throws(CronError) { self.source = source }
}
public struct CronError: Error {}
