/// Why a text is no cron expression.
public struct CronError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The name of the field; nil when it is about the expression as a whole.
  public let field: String?
  /// Of the offending part in the text, in characters, from 1.
  public let column: Int
  /// What is wrong, what is allowed, and an example.
  public let message: String

  /// The text for people.
  public var description: String {
    field.map { "cron expression, \($0): \(message)" } ?? "cron expression: \(message)"
  }
}
