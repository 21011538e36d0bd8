/// Whose jobs these are, and whose systemd runs them: the system's, or that of one user (user@.service(5)).
public enum Scope: Hashable, Sendable {
  case system
  case user

  /// How people speak to its systemd.
  public var systemctl: String { self == .user ? "systemctl --user" : "systemctl" }
}
