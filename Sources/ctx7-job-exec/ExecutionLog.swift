public import ArgumentParser
import Ctx7CLI
import Ctx7Model
import Ctx7Systemd
public import Logging

extension Logger.Level: @retroactive ExpressibleByArgument {}

/// Where log lines go: the journal, or standard error where there is none.
enum ExecutionLog {
  /// A logger for events from `level` on.
  static func logger(_ level: Logger.Level = .info) -> Logger {
    var logger = Logger(label: "ctx7-job-exec") { label -> any LogHandler in
      guard JournalLogHandler.isAvailable else { return StandardErrorLogHandler() }
      return JournalLogHandler(identifier: label)
    }
    logger.logLevel = level
    return logger
  }

  /// The level of a run: that of `--log-level`, else of `$CTX7_LOG`, which
  /// `systemctl set-environment CTX7_LOG=debug` gives to every unit from its next start on.
  static func level(_ option: Logger.Level?, _ environment: [String: String]) throws(Failure) -> Logger.Level
  {
    if let option { return option }
    guard let text = environment["CTX7_LOG"], !text.isEmpty else { return .info }
    guard let level = Logger.Level(rawValue: text) else {
      throw Failure(
        .usage,
        "CTX7_LOG: '\(text)' is no level; it is one of \(Logger.Level.allCases.map(\.rawValue).joined(separator: ", "))"
      )
    }
    return level
  }
}
