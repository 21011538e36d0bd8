public import Ctx7Model

extension TrackedDocument {
  /// How fresh a document is.
  public enum State: String, CaseIterable, Sendable {
    case fresh
    case expired
    /// Never fetched.
    case pending
    /// Never fetched, though it was tried.
    case failing
    /// The source says that it is no more.
    case gone
  }

  /// In one word.
  public func state(at now: Timestamp) -> State {
    if goneAt != nil { return .gone }
    if content == nil { return failedFetches > 0 ? .failing : .pending }
    return expiresAt <= now ? .expired : .fresh
  }
}
