internal import Ctx7Model
internal import Foundation

extension Locations {
  /// Where the units go: `mask`, `edit` and `revert` work there, in /etc/systemd/system they do not.
  public var unitDirectory: String {
    guard scope == .user else { return "/usr/local/lib/systemd/system" }
    return Self.userConfigDirectory + "/systemd/user"
  }

  /// Where systemd links what is enabled.
  public var wantsDirectory: String {
    scope == .system
      ? "/etc/systemd/system/timers.target.wants"
      : Self.userConfigDirectory + "/systemd/user/timers.target.wants"
  }

  /// Where systemd remembers when a persistent timer fired last (systemd.timer(5), "Persistent=").
  public var stampDirectory: String {
    guard scope == .user else { return "/var/lib/systemd/timers" }
    let environment = ProcessInfo.processInfo.environment
    return (environment["XDG_DATA_HOME"] ?? "\(environment["HOME"] ?? "")/.local/share") + "/systemd/timers"
  }

  /// Where a link to /dev/null takes a unit out of use.
  public var maskDirectories: [String] {
    let runtime = ProcessInfo.processInfo.environment["XDG_RUNTIME_DIR"] ?? "/run"
    return scope == .system
      ? ["/etc/systemd/system", "/run/systemd/system"]
      : [Self.userConfigDirectory + "/systemd/user", runtime + "/systemd/user"]
  }

  private static var userConfigDirectory: String {
    let environment = ProcessInfo.processInfo.environment
    return environment["XDG_CONFIG_HOME"] ?? "\(environment["HOME"] ?? "")/.config"
  }

  /// Makes sure that the caller may change units there.
  ///
  /// - Throws: `Failure` when only root may.
  public func requireLeaveToChangeUnits() throws(Failure) {
    guard scope == .user || geteuid() == 0 else {
      throw Failure(
        .noPermission, "only root may change the system's units",
        hint: "run it with sudo, or with --user for your own jobs")
    }
  }
}
