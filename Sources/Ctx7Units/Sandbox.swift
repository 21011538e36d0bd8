internal import Ctx7Model

extension UnitFile {
  /// systemd.exec(5), "Sandboxing". What needs a mount namespace or capabilities is not for a user's manager.
  static func sandbox(of job: JobConfig, _ target: UnitTarget) -> [Directive] {
    guard case .command(let command) = job.work else { return sandbox(target) }
    let kept = sandbox(target).filter { directive in
      guard let key = SandboxKey(rawValue: directive.key) else { return true }
      return !command.loosened.contains(key)
    }
    guard target.scope == .system else { return kept }
    return kept
      + command.writablePaths.map { Directive("ReadWritePaths", UnitEscaping.listedPath($0)) }
  }

  private static func sandbox(_ target: UnitTarget) -> [Directive] {
    let everywhere = [
      Directive("LockPersonality", "yes"),
      Directive("MemoryDenyWriteExecute", "yes"),
      Directive("NoNewPrivileges", "yes"),
      Directive("RestrictAddressFamilies", "AF_UNIX AF_INET AF_INET6"),
      Directive("RestrictNamespaces", "yes"),
      Directive("RestrictRealtime", "yes"),
      Directive("RestrictSUIDSGID", "yes"),
      Directive("SystemCallArchitectures", "native"),
      Directive("SystemCallErrorNumber", "EPERM"),
      Directive("SystemCallFilter", "@system-service"),
      Directive("SystemCallFilter", "~@privileged @resources"),
    ]
    guard target.scope == .system else { return everywhere }
    return [
      Directive("CapabilityBoundingSet", ""),
      Directive("PrivateDevices", "yes"),
      Directive("PrivateTmp", "yes"),
      Directive("PrivateUsers", "yes"),
      Directive("ProcSubset", "pid"),
      Directive("ProtectClock", "yes"),
      Directive("ProtectControlGroups", "yes"),
      Directive("ProtectHome", "tmpfs"),
      Directive("ProtectHostname", "yes"),
      Directive("ProtectKernelLogs", "yes"),
      Directive("ProtectKernelModules", "yes"),
      Directive("ProtectKernelTunables", "yes"),
      Directive("ProtectProc", "invisible"),
      Directive("ProtectSystem", "strict"),
      Directive("RemoveIPC", "yes"),
    ] + everywhere
  }
}
