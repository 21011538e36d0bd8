internal import Ctx7Database
internal import Ctx7Documents
internal import Ctx7History
internal import Synchronization

/// The databases, opened when the first request needs them and kept.
///
/// A file that is not there yet is looked for again by the next request.
final class Records: Sendable {
  private struct Opened {
    var history: HistoryStore?
    var writableHistory: HistoryStore?
    var documents: DocumentStore?
  }

  private let settings: APISettings
  private let opened = Mutex(Opened())

  init(_ settings: APISettings) {
    self.settings = settings
  }

  /// The history, to read.
  func history() throws(StorageError) -> HistoryStore {
    try opened.withLock { opened throws(StorageError) in
      if let store = opened.history { return store }
      let store = try HistoryStore(path: settings.historyFile, access: .readOnly)
      opened.history = store
      return store
    }
  }

  /// The history, to leave a request in.
  func writableHistory() throws(StorageError) -> HistoryStore {
    try opened.withLock { opened throws(StorageError) in
      if let store = opened.writableHistory { return store }
      let store = try HistoryStore(path: settings.historyFile)
      opened.writableHistory = store
      return store
    }
  }

  /// The documents; nil when none were ever tracked.
  func documents() throws(StorageError) -> DocumentStore? {
    do throws(StorageError) {
      return try opened.withLock { opened throws(StorageError) in
        if let store = opened.documents { return store }
        let store = try DocumentStore(path: settings.documentsFile, access: .readOnly)
        opened.documents = store
        return store
      }
    } catch .missing {
      return nil
    }
  }
}
