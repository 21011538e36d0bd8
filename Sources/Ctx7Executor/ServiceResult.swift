public import Ctx7Model

extension Settle {
  /// How systemd says the main process ended (systemd.exec(5), "$SERVICE_RESULT").
  public struct ServiceResult: Sendable {
    /// `$SERVICE_RESULT`: success, exit-code, signal, core-dump, watchdog, timeout, oom-kill, resources …
    public let result: String
    /// `$EXIT_CODE`: exited, killed or dumped; nil when the main process never ran.
    public let exitCode: String?
    /// `$EXIT_STATUS`: a number, or the name of the signal.
    public let exitStatus: String?

    /// Reads what systemd hands to `ExecStopPost=`; nil outside one.
    public init?(environment: [String: String]) {
      guard let result = environment["SERVICE_RESULT"] else { return nil }
      self.result = result
      exitCode = environment["EXIT_CODE"]
      exitStatus = environment["EXIT_STATUS"]
    }

    /// Whether the main process closed everything itself, so that there is nothing to look at.
    public var isSuccess: Bool { result == "success" && !isStop }

    /// Whether the main process was stopped before it could hear of it: the first thing it does is to trap SIGTERM.
    public var isStop: Bool {
      ["success", "signal"].contains(result) && exitCode == "killed" && exitStatus == "TERM"
    }

    /// Whether the main process came to its own end: its exit status is one that only our programs' table gives.
    var isOwnEnd: Bool { result == "exit-code" && ownStatus != nil }

    /// Whether it may have left no row on purpose: the work is another one's, not due yet, or given up.
    var mayHaveNoRow: Bool { result == "exit-code" && [.tryAgain, .failure].contains(ownStatus) }

    private var ownStatus: ExitStatus? { exitStatus.flatMap(Int32.init).flatMap(ExitStatus.init) }

    /// Whether `Restart=` of generated units starts the process again: not after the exit statuses and signals of
    /// `RestartPreventExitStatus=`.
    var isRestarted: Bool {
      if isStop { return false }
      return switch result {
      case "signal", "core-dump": !Self.programmingErrors.contains(exitStatus ?? "")
      case "exit-code": exitStatus == "\(ExitStatus.tryAgain.rawValue)"
      default: true
      }
    }

    /// A program that dies of one of these does so again.
    public static let programmingErrors = ["ILL", "TRAP", "SEGV", "BUS", "FPE", "SYS"]

    /// The failure to record.
    public var failure: JobFailure {
      let (errorClass, message) = reason
      return JobFailure(
        errorClass, message,
        details: [
          "service_result": .string(result), "exit_code": JSONValue(exitCode),
          "exit_status": JSONValue(exitStatus),
        ])
    }

    private var reason: (ErrorClass, String) {
      if isStop { return (.cancelled, "stopped by SIGTERM before it began") }
      return switch result {
      case "timeout":
        (.timeout, "stopped by systemd: it ran past TimeoutStartSec")
      case "watchdog":
        (.processDied, "killed by systemd's watchdog: no progress for WatchdogSec")
      case "oom-kill":
        (.processDied, "killed by the kernel or systemd-oomd: out of memory")
      case "signal", "core-dump":
        (.processDied, "killed by signal \(exitStatus ?? "unknown")")
      case "exit-code" where exitStatus == "243":
        (
          .configuration,
          "a credential of the unit is missing or cannot be decrypted (243/CREDENTIALS); "
            + "'ctx7ctl health' says which are there, 'ctx7-units generate' renews the units"
        )
      case "exit-code" where isOwnEnd:
        (.configuration, "ended with exit status \(exitStatus ?? "") before it began; the journal says why")
      case "exit-code":
        (.processDied, "ended with exit status \(exitStatus ?? "unknown") without a record")
      default:
        (.processDied, "systemd reports '\(result)'")
      }
    }
  }
}
