/// The exit statuses of every ctx7 command, after sysexits.h.
///
/// They are contract: generated units name them in `RestartPreventExitStatus=` and `SuccessExitStatus=`.
public enum ExitStatus: Int32, CaseIterable, Sendable {
  case success = 0
  /// Wrong command line or unknown job (EX_USAGE).
  case usage = 64
  /// Input that cannot be understood (EX_DATAERR).
  case badData = 65
  /// A service that is needed does not answer (EX_UNAVAILABLE).
  case unavailable = 69
  /// A defect of ctx7-jobs (EX_SOFTWARE), or a job that failed in a way a retry cannot mend.
  case failure = 70
  /// The file system or the database refused (EX_IOERR).
  case ioError = 74
  /// Try again later (EX_TEMPFAIL): lock held, or a failure that may pass.
  case tryAgain = 75
  /// Something may not be done by this user (EX_NOPERM).
  case noPermission = 77
  /// The configuration is wrong (EX_CONFIG).
  case badConfig = 78
  /// Stopped by Ctrl-C.
  case interrupted = 130
  /// Stopped by SIGTERM; a success for the unit.
  case terminated = 143
}
