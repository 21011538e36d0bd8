public import Ctx7Model

/// Why a source will answer nothing more in this run: asking on would only make it worse.
public struct SourceStopped: Error, ClassifiedError, Hashable, CustomStringConvertible {
  /// The class by which retries and exit statuses are decided.
  public let errorClass: ErrorClass
  /// The text for people.
  public let description: String
  /// Whether the run has only done as much as it was allowed to, which is no failure.
  public let isPlanned: Bool

  init(_ errorClass: ErrorClass, _ description: String, isPlanned: Bool = false) {
    self.errorClass = errorClass
    self.description = description
    self.isPlanned = isPlanned
  }

  /// nil for a failure of one request only.
  init?(_ failure: WebFailure) {
    guard case .budgetSpent = failure else { return nil }
    self.init(.rateLimit, failure.description, isPlanned: true)
  }
}
