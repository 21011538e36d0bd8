internal import CSystemd
public import Ctx7Model
internal import Glibc

/// The journal, to read (sd-journal(3)): the entries that match, from a point on, in order.
///
/// Not thread-safe, as sd-journal(3) is not: one task uses it. Who is neither root nor in a group such as
/// `systemd-journal` sees only their own entries.
public final class Journal {
  /// Which entries count: those whose fields have exactly these values.
  public struct Match: Hashable, Sendable {
    var fields: [String]

    /// Entries whose field has exactly this value.
    public init(_ field: String, _ value: String) {
      fields = ["\(field)=\(value)"]
    }

    /// Those among them whose other field has exactly this value too.
    public func and(_ field: String, _ value: String) -> Match {
      var narrowed = self
      narrowed.fields.append("\(field)=\(value)")
      return narrowed
    }
  }

  /// One entry.
  public struct Entry: Hashable, Sendable {
    /// When the journal took it.
    public let time: Timestamp
    /// Of syslog, 0…7; 6 where there is none.
    public let priority: Int
    /// Who wrote it: `SYSLOG_IDENTIFIER`.
    public let identifier: String
    /// The text, several lines perhaps.
    public let message: String
    /// Which kind of message it is; nil where it is none of a catalogue's.
    public let messageID: String?
    /// The run of the unit that systemd says this about; nil for what others say.
    public let subjectInvocationID: String?

    /// The entry as programs read it.
    public var json: JSONValue {
      [
        "timestamp": JSONValue(time), "priority": JSONValue(priority), "identifier": .string(identifier),
        "message": .string(message),
      ]
    }
  }

  /// The journal cannot be read.
  public struct Unreadable: Error, ClassifiedError, CustomStringConvertible {
    /// The text for people.
    public let description: String

    /// The class by which exit statuses are decided.
    public var errorClass: ErrorClass { .database }
  }

  private let journal: OpaquePointer

  /// Opens this host's journal.
  ///
  /// - Parameter matches: at least one; an entry that has any of them counts.
  public init(matching matches: [Match]) throws(Unreadable) {
    var opened: OpaquePointer?
    let result = sd_journal_open(&opened, CInt(SD_JOURNAL_LOCAL_ONLY))
    guard result >= 0, let opened else { throw Self.unreadable(result) }
    journal = opened
    for match in matches {
      for field in match.fields {
        let text = Array(field.utf8)
        let result = text.withUnsafeBytes { sd_journal_add_match(journal, $0.baseAddress, $0.count) }
        guard result >= 0 else { throw Self.unreadable(result) }
      }
      let result = sd_journal_add_disjunction(journal)
      guard result >= 0 else { throw Self.unreadable(result) }
    }
  }

  deinit {
    sd_journal_close(journal)
  }

  /// The last entries, the oldest first; afterwards `next` goes on behind them.
  public func last(_ count: Int) throws(Unreadable) -> [Entry] {
    var result = sd_journal_seek_tail(journal)
    if result >= 0 { result = sd_journal_previous_skip(journal, UInt64(count) + 1) }
    let found = result
    // From the end of what holds no entry that counts there is no going on; from its beginning there is.
    if found == 0 { result = sd_journal_seek_head(journal) }
    guard result >= 0 else { throw Self.unreadable(result) }
    // Less than asked for: the oldest one that matches is where it stands now, and counts.
    var entries = found > 0 && found <= count ? [entry()] : []
    while let entry = try next() { entries.append(entry) }
    return entries
  }

  /// The next entry; nil when there is none yet.
  public func next() throws(Unreadable) -> Entry? {
    let result = sd_journal_next(journal)
    guard result >= 0 else { throw Self.unreadable(result) }
    return result > 0 ? entry() : nil
  }

  /// Waits until something may have come, but not longer than `milliseconds`.
  public func wait(milliseconds: UInt64) throws(Unreadable) {
    let result = sd_journal_wait(journal, milliseconds * 1000)
    guard result >= 0 else { throw Self.unreadable(result) }
  }

  private func entry() -> Entry {
    var microseconds: UInt64 = 0
    _ = sd_journal_get_realtime_usec(journal, &microseconds)
    return Entry(
      time: Timestamp(rawValue: Int64(microseconds / 1000)),
      priority: field("PRIORITY").flatMap { Int($0) } ?? 6,
      identifier: field("SYSLOG_IDENTIFIER") ?? field("_COMM") ?? "-", message: field("MESSAGE") ?? "",
      messageID: field("MESSAGE_ID"),
      subjectInvocationID: field("INVOCATION_ID") ?? field("USER_INVOCATION_ID"))
  }

  private func field(_ name: String) -> String? {
    var data: UnsafeRawPointer?
    var length = 0
    guard sd_journal_get_data(journal, name, &data, &length) >= 0, let data else { return nil }
    let bytes = UnsafeRawBufferPointer(start: data, count: length)
    return String(decoding: bytes.dropFirst(name.utf8.count + 1), as: UTF8.self)
  }

  private static func unreadable(_ result: CInt) -> Unreadable {
    Unreadable(description: "the journal cannot be read: \(String(cString: strerror(-result)))")
  }
}
