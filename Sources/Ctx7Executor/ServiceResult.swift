internal import Ctx7Model

extension Settle {
  /// How systemd says the main process ended (systemd.exec(5), "$SERVICE_RESULT").
  public struct ServiceResult: Sendable {
    /// `$SERVICE_RESULT`: success, exit-code, signal, core-dump, watchdog, timeout, oom-kill, resources …
    public let result: String
    /// `$EXIT_CODE`: exited, killed or dumped; nil when the main process never ran.
    let exitCode: String?
    /// `$EXIT_STATUS`: a number, or the name of the signal.
    let exitStatus: String?
    /// Whether systemd was asked to stop the unit: a process that does not end within `TimeoutStopSec=` is killed with
    /// the result `timeout` too, an operator may kill it before, and no process of a unit that is stopped is restarted.
    public var isStopAsked = false

    /// Reads what systemd hands to `ExecStopPost=`; nil outside one.
    public init?(environment: [String: String]) {
      guard let result = environment["SERVICE_RESULT"] else { return nil }
      self.result = result
      exitCode = environment["EXIT_CODE"]
      exitStatus = environment["EXIT_STATUS"]
    }

    /// Whether the main process closed everything itself, so that there is nothing to look at.
    public var isSuccess: Bool { result == "success" && !isStop }

    /// Whether the main process was stopped and could not say so: before it came to trap SIGTERM, which is the first
    /// thing it does, or since it was killed when it did not end soon enough.
    public var isStop: Bool {
      isUntrappedStop || isStopAsked && (result == "timeout" || result == "signal" && exitStatus == "KILL")
    }

    private var isUntrappedStop: Bool {
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
      if isStop || isStopAsked { return false }
      return switch result {
      case "signal", "core-dump": !FatalSignal.allCases.contains { $0.rawValue == exitStatus }
      case "exit-code": exitStatus == "\(ExitStatus.tryAgain.rawValue)"
      default: true
      }
    }

    /// The failure to record for an execution whose row the main process has left open.
    var failure: JobFailure {
      guard result == "exit-code" else { return failure(reason) }
      return failure(
        (
          ownStatus == .ioError ? .database : .processDied,
          "ended with exit status \(exitStatus ?? "unknown") before it closed its execution; the journal says why"
        ))
    }

    /// The failure to record where the main process has left no row at all.
    var failureBeforeItsRow: JobFailure { failure(reason) }

    private func failure(_ reason: (errorClass: ErrorClass, message: String)) -> JobFailure {
      JobFailure(
        reason.errorClass, reason.message,
        details: [
          "service_result": .string(result), "exit_code": JSONValue(exitCode),
          "exit_status": JSONValue(exitStatus),
        ])
    }

    private var reason: (ErrorClass, String) {
      if isUntrappedStop { return (.cancelled, "stopped by SIGTERM before it began") }
      return switch result {
      case "timeout" where isStopAsked:
        (.cancelled, "stopped, and killed since it did not end within TimeoutStopSec")
      case "signal" where isStop:
        (.cancelled, "stopped, and killed by signal KILL before it had ended")
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
        (
          ownStatus == .ioError ? .database : .configuration,
          "ended with exit status \(exitStatus ?? "") before it began; the journal says why"
        )
      case "exit-code":
        (.processDied, "ended with exit status \(exitStatus ?? "unknown") without a record")
      default:
        (.processDied, "systemd reports '\(result)'")
      }
    }
  }
}
