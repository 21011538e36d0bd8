internal import Glibc
public import Logging

/// Writes log events to standard error, one line each: where there is no journal.
public struct StandardErrorLogHandler: LogHandler {
  /// Kept for who asks for it, as `LogHandler` has it; lines for people have no fields.
  public var metadata: Logger.Metadata = [:]
  /// As `metadata`.
  public var metadataProvider: Logger.MetadataProvider?
  /// The lowest level that is written.
  public var logLevel: Logger.Level = .info

  /// Creates a handler.
  public init() {}

  /// One field of `metadata`.
  public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  /// Writes one entry.
  public func log(event: LogEvent) {
    let label: String
    switch event.level {
    case .trace, .debug, .info, .notice: label = ""
    case .warning: label = "warning: "
    case .error, .critical: label = "error: "
    }
    let line = "\(label)\(event.message)".split(whereSeparator: \.isNewline).joined(separator: " ") + "\n"
    // One write a line, so that lines of several processes do not mix.
    _ = Array(line.utf8).withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
  }
}
