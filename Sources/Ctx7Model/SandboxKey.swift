/// The keys of a unit's sandbox that a `command` job may do without (systemd.exec(5), "Sandboxing").
///
/// What is missing here always holds: no capabilities, no new privileges, a read-only system, user ctx7.
public enum SandboxKey: String, CaseIterable, Sendable {
  /// Programs that make code while they run: Java, Node.js, LuaJIT.
  case memoryDenyWriteExecute = "MemoryDenyWriteExecute"
  case privateDevices = "PrivateDevices"
  case privateTmp = "PrivateTmp"
  /// The files of other users than ctx7 and root look like nobody's with it.
  case privateUsers = "PrivateUsers"
  /// Of /proc only the processes are seen with it.
  case procSubset = "ProcSubset"
  case protectHome = "ProtectHome"
  case protectProc = "ProtectProc"
  case restrictAddressFamilies = "RestrictAddressFamilies"
  case restrictNamespaces = "RestrictNamespaces"
  case restrictRealtime = "RestrictRealtime"
  case systemCallFilter = "SystemCallFilter"
}

extension SandboxKey {
  /// The key that hides a path from the system's units; nil for what they can see.
  ///
  /// - Parameter path: absolute.
  public static func hiding(_ path: String) -> SandboxKey? {
    allCases.first { key in key.hiddenFolders.contains { path == $0 || path.hasPrefix("\($0)/") } }
  }

  /// What is replaced by an empty folder (systemd.exec(5), "ProtectHome=" and "PrivateTmp=").
  private var hiddenFolders: [String] {
    switch self {
    case .protectHome: ["/home", "/root", "/run/user"]
    case .privateTmp: ["/tmp", "/var/tmp"]
    default: []
    }
  }
}
