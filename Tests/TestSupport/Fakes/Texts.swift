internal import Synchronization

/// Texts by their path, as a web server has them; any other path is not found.
public final class Texts: Sendable {
  private let texts = Mutex<[String: String]>([:])

  /// No texts.
  public init() {}

  /// The text of a path.
  public subscript(path: String) -> String? {
    get { texts.withLock { $0[path] } }
    set { texts.withLock { $0[path] = newValue } }
  }

  /// Answers a request.
  public func answer(_ request: LoopbackServer.Request) -> LoopbackServer.Response {
    self[request.path].map { .init(200, $0) } ?? .init(404)
  }
}
