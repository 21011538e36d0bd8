import Ctx7Systemd
import Logging

/// Where log lines go: the journal, or standard error where there is none.
enum ExecutionLog {
  static func logger() -> Logger {
    Logger(label: "ctx7-job-exec") { label -> any LogHandler in
      guard JournalLogHandler.isAvailable else { return StandardErrorLogHandler() }
      return JournalLogHandler(identifier: label)
    }
  }
}
