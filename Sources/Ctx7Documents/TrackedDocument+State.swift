public import Ctx7Database
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

extension DocumentStore {
  /// The store of a file, to read; nil when no document was ever tracked.
  public static func existing(at path: String) throws(StorageError) -> DocumentStore? {
    do throws(StorageError) {
      return try DocumentStore(path: path, access: .readOnly)
    } catch .missing {
      return nil
    }
  }
}
