internal import Glibc

/// Keeps two jobs of this host from changing the same workspace of a store that has no transactions.
enum WorkspaceLock {
  /// Waits for the lock of a workspace, does `body`, and lets go; a process that dies lets go too (flock(2)).
  ///
  /// - Parameters:
  ///   - database: the locks are in the folder `locks` beside it.
  ///   - beat: called when the wait begins and every minute of it: it may take as long as somebody else's refresh.
  static func during<Result>(
    _ workspace: WorkspaceName, beside database: String, beat: () -> Void, _ body: () async throws -> Result
  ) async throws -> Result {
    let folder = database.prefix(upTo: database.lastIndex(of: "/") ?? database.startIndex) + "/locks"
    mkdir(String(folder), 0o750)
    // A job's lock file cannot begin with a dot.
    let path = "\(folder)/.workspace-\(workspace)"
    let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o640)
    guard file >= 0 else { throw Unusable(path: path, reason: String(cString: strerror(errno))) }
    defer { close(file) }
    var beaten: ContinuousClock.Instant?
    while flock(file, LOCK_EX | LOCK_NB) != 0 {
      guard errno == EWOULDBLOCK || errno == EINTR else {
        throw Unusable(path: path, reason: String(cString: strerror(errno)))
      }
      if beaten.map({ .now - $0 >= .seconds(60) }) ?? true {
        beat()
        beaten = .now
      }
      try await Task.sleep(for: .milliseconds(100))
    }
    return try await body()
  }

  struct Unusable: Error, CustomStringConvertible {
    let path: String
    let reason: String
    var description: String { "\(path): \(reason)" }
  }
}
