internal import Ctx7Systemd

/// Who sent a request, and what they may do.
struct Caller: Sendable {
  /// What a request needs.
  enum Permission: String, Sendable, Comparable {
    /// Look at jobs, executions and documents.
    case read
    /// Execute, enable and disable jobs as well.
    case operate

    static func < (left: Permission, right: Permission) -> Bool { left == .read && right == .operate }
  }

  /// As the log names them.
  let name: String
  /// The widest permission; nil when nothing is allowed.
  let permission: Permission?
  /// The process at the other end of a Unix socket.
  var peer: PeerCredentials?

  /// As people call them: by the name of the user, or of the token.
  var person: String { peer?.userName ?? name }

  static let nobody = Caller(name: "-", permission: nil)

  func may(_ permission: Permission) -> Bool {
    self.permission.map { $0 >= permission } ?? false
  }
}
