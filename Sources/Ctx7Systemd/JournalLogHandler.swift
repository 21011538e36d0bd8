internal import CSystemd
internal import Glibc
public import Logging

/// Writes log events to the journal, metadata as fields of their own.
///
/// A key `job_id` becomes `CTX_JOB_ID`. The prefix holds no digit since the message catalogue cannot
/// substitute fields whose names do (systemd.journal-fields(7)).
public struct JournalLogHandler: LogHandler {
  /// Fields that go with every entry.
  public var metadata: Logger.Metadata = [:]
  /// Where further fields come from; those of the handler and of the entry itself win.
  public var metadataProvider: Logger.MetadataProvider?
  /// The lowest level that is written.
  public var logLevel: Logger.Level = .info
  private let identifier: String

  /// Creates a handler whose lines carry `identifier` as SYSLOG_IDENTIFIER (`journalctl -t`).
  public init(identifier: String) {
    self.identifier = identifier
  }

  /// Whether a journal listens on this host.
  public static var isAvailable: Bool {
    access("/run/systemd/journal/socket", W_OK) == 0
  }

  /// One field of `metadata`.
  public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  /// Writes one entry.
  public func log(event: LogEvent) {
    var fields = [
      "MESSAGE=\(event.message)",
      "PRIORITY=\(event.level.syslogPriority)",
      "SYSLOG_IDENTIFIER=\(identifier)",
    ]
    let own = metadata.merging(event.metadata ?? [:], uniquingKeysWith: { $1 })
    for (key, value) in metadataProvider?.get().merging(own, uniquingKeysWith: { $1 }) ?? own {
      // The catalogue knows an entry by this field alone (sd_journal_print(3), "MESSAGE_ID=").
      fields.append(key == "message_id" ? "MESSAGE_ID=\(value)" : "CTX_\(key.uppercased())=\(value)")
    }
    send(fields[...], [])
  }

  /// Collects pointers to all fields on the way down, and sends them at the end.
  private func send(_ fields: ArraySlice<String>, _ vectors: [iovec]) {
    guard let field = fields.first else {
      _ = sd_journal_sendv(vectors, CInt(vectors.count))
      return
    }
    var text = field
    text.withUTF8 { bytes in
      let vector = iovec(iov_base: UnsafeMutableRawPointer(mutating: bytes.baseAddress), iov_len: bytes.count)
      send(fields.dropFirst(), vectors + [vector])
    }
  }
}

extension Logger.Level {
  fileprivate var syslogPriority: Int {
    switch self {
    case .trace, .debug: 7
    case .info: 6
    case .notice: 5
    case .warning: 4
    case .error: 3
    case .critical: 2
    }
  }
}
