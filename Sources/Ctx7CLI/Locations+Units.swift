internal import Ctx7Model
internal import Glibc

extension Locations {
  /// Where the units go: `mask`, `edit` and `revert` work there, in /etc/systemd/system they do not.
  public var unitDirectory: String {
    scope == .system ? "/usr/local/lib/systemd/system" : "\(configHome)/systemd/user"
  }

  /// Where systemd links what is enabled.
  public var wantsDirectory: String {
    scope == .system
      ? "/etc/systemd/system/timers.target.wants"
      : "\(configHome)/systemd/user/timers.target.wants"
  }

  /// Where systemd remembers when a persistent timer fired last (systemd.timer(5), "Persistent=").
  public var stampDirectory: String {
    scope == .system ? "/var/lib/systemd/timers" : "\(dataHome)/systemd/timers"
  }

  /// Where a link to /dev/null takes a unit out of use.
  public var maskDirectories: [String] {
    scope == .system
      ? ["/etc/systemd/system", "/run/systemd/system"]
      : ["\(configHome)/systemd/user"] + (runtimeDirectory.map { ["\($0)/systemd/user"] } ?? [])
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
