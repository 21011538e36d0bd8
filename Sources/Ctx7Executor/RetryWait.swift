internal import Ctx7History
internal import Ctx7Model

/// The wait of a process for the retry that it will make itself, as others can see it.
///
/// The retry's row says that an attempt is due, the lock that somebody is there to make it. Its byte is the
/// number at the end of the failed attempt's id.
struct RetryWait: ~Copyable {
  private let file: LockFile

  /// Shows that this process waits; nil when another one does.
  static func begin(for record: ExecutionRecord, in directory: String) throws(LockError) -> RetryWait? {
    let file = try LockFile(path(record.jobID, directory))
    return try file.lock(byte(record)) ? RetryWait(file: file) : nil
  }

  /// Whether some process waits for the retry of this attempt.
  static func isHeld(for record: ExecutionRecord, in directory: String) -> Bool {
    guard let file = try? LockFile(path(record.jobID, directory), writable: false) else { return false }
    return file.firstHeld(in: byte(record)..<byte(record) + 1) != nil
  }

  private static func byte(_ record: ExecutionRecord) -> Int {
    Int(record.id.suffix(8), radix: 16) ?? 0
  }

  private static func path(_ job: JobID, _ directory: String) -> String { "\(directory)/\(job).retry" }
}
