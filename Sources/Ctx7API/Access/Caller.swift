internal import Ctx7Systemd

/// Who sent a request, and what they may do.
struct Caller: Sendable {
  /// What a request needs.
  enum Scope: String, Sendable, Comparable {
    /// Look at jobs, executions and documents.
    case read
    /// Execute, enable and disable jobs as well.
    case operate

    static func < (left: Scope, right: Scope) -> Bool { left == .read && right == .operate }
  }

  /// As the log names them.
  let name: String
  /// The widest scope; nil when nothing is allowed.
  let scope: Scope?
  /// The process at the other end of a Unix socket.
  var peer: PeerCredentials?

  /// As people call them: by the name of the user, or of the token.
  var person: String { peer?.userName ?? name }

  static let nobody = Caller(name: "-", scope: nil)

  func may(_ scope: Scope) -> Bool {
    self.scope.map { $0 >= scope } ?? false
  }
}
