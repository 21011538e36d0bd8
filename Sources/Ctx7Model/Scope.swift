/// Whose jobs these are, and whose systemd runs them: the system's, or that of one user (user@.service(5)).
public enum Scope: Hashable, Sendable {
  case system
  case user

  /// How people speak to its systemd.
  public var systemctl: String { self == .user ? "systemctl --user" : "systemctl" }

  /// What a command line of ours ends with to work on these jobs: without it, it works on the system's wherever those
  /// are configured.
  public var option: String { self == .user ? " --user" : "" }

  /// A command line of ours that works on these jobs, in quotes, for hints: `'ctx7-units generate --user'`.
  public func command(_ words: String) -> String { "'\(words)\(option)'" }
}
