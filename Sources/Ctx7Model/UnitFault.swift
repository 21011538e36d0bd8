/// What keeps systemd from running a job that is on, by the state of its units.
public enum UnitFault: Hashable, Sendable {
  /// The timer does not wait for its next firing.
  case timerInactive(TimerState)
  /// Nothing starts the service, be it its timer or a person.
  case serviceMasked(untilBoot: Bool)
  /// The main process could not be set up (systemd.exec(5), "Process Exit Codes"), or could not even write that it began:
  /// the disk is full, say.
  case setupFailed(status: Int, at: Timestamp)

  /// Why a timer is not active.
  public enum TimerState: Hashable, Sendable {
    case stopped
    /// Stopped, and no boot starts it.
    case disabled
    case masked(untilBoot: Bool)
    case failed
  }

  /// In a word or two, for a table.
  public var state: String {
    switch self {
    case .timerInactive(.stopped): "timer stopped"
    case .timerInactive(.disabled): "timer disabled"
    case .timerInactive(.masked): "timer masked"
    case .timerInactive(.failed): "timer failed"
    case .serviceMasked: "unit masked"
    case .setupFailed: "cannot start"
    }
  }

  /// What it is and what helps, for people.
  ///
  /// - Parameter scope: whose job it is.
  public func reason(of job: JobID, scope: Scope) -> String {
    let systemctl = scope.systemctl
    func unmasked(_ unit: String, untilBoot: Bool) -> String {
      "'\(systemctl) unmask \(untilBoot ? "--runtime " : "")\(unit)', then \(scope.command("ctx7-units generate"))"
    }
    switch self {
    case .timerInactive(.stopped): return "its timer is stopped; '\(systemctl) start \(job.timerUnit)'"
    case .timerInactive(.disabled):
      return "its timer is disabled; '\(systemctl) enable --now \(job.timerUnit)'"
    case .timerInactive(.masked(let untilBoot)):
      return "its timer is masked; \(unmasked(job.timerUnit, untilBoot: untilBoot))"
    case .timerInactive(.failed):
      return "its timer has failed; '\(systemctl) status \(job.timerUnit)' says why, "
        + "'\(systemctl) restart \(job.timerUnit)' starts it"
    case .serviceMasked(let untilBoot):
      return "its unit is masked; \(unmasked(job.serviceUnit, untilBoot: untilBoot))"
    case .setupFailed(let status, _):
      return "its unit cannot start: \(status)\(Self.setupSteps[status].map { "/\($0)" } ?? ""); "
        + "see '\(systemctl) status \(job.serviceUnit)'"
    }
  }

  /// Whether an execution that began at an instant tells of it: our own statuses have left one then, and speak for
  /// that alone.
  public func isRecorded(by began: Timestamp?) -> Bool {
    guard case .setupFailed(let status, let at) = self, let began else { return false }
    return !Self.systemdStatuses.contains(status) && began >= at
  }

  /// What systemd could not set up (systemd.exec(5), "Process Exit Codes").
  private static let systemdStatuses = 200...243

  /// Whether nothing has begun where a process ended so: systemd's statuses for what it could not set up, and ours for
  /// what leaves no row.
  public static func isSetupStatus(_ status: Int) -> Bool {
    systemdStatuses.contains(status)
      || [ExitStatus.ioError, .noPermission, .badConfig].contains { $0.rawValue == status }
  }

  /// As systemctl(1) shows them.
  private static let setupSteps = [
    74: "IOERR", 77: "NOPERM", 78: "CONFIG",
    200: "CHDIR", 201: "NICE", 202: "FDS", 203: "EXEC", 204: "MEMORY", 205: "LIMITS", 206: "OOM_ADJUST",
    207: "SIGNAL_MASK", 208: "STDIN", 209: "STDOUT", 210: "CHROOT", 211: "IOPRIO", 212: "TIMERSLACK",
    213: "SECUREBITS", 214: "SETSCHEDULER", 215: "CPUAFFINITY", 216: "GROUP", 217: "USER",
    218: "CAPABILITIES", 219: "CGROUP", 220: "SETSID", 221: "CONFIRM", 222: "STDERR", 224: "PAM",
    225: "NETWORK", 226: "NAMESPACE", 227: "NO_NEW_PRIVILEGES", 228: "SECCOMP", 229: "SELINUX_CONTEXT",
    230: "PERSONALITY", 231: "APPARMOR", 232: "ADDRESS_FAMILIES", 233: "RUNTIME_DIRECTORY", 235: "CHOWN",
    236: "SMACK_PROCESS_LABEL", 237: "KEYRING", 238: "STATE_DIRECTORY", 239: "CACHE_DIRECTORY",
    240: "LOGS_DIRECTORY", 241: "CONFIGURATION_DIRECTORY", 242: "NUMA_POLICY", 243: "CREDENTIALS",
  ]
}
