public import Ctx7Model
internal import Glibc

/// One of a job's run slots, held until the value goes away or the process ends.
///
/// "Open row and lock held" is the only truth about what runs.
public struct JobLock: ~Copyable {
  /// 0 … `max_concurrent_executions` - 1
  public let slot: Int
  private let file: LockFile

  /// Takes a free slot of the job; nil when all are held.
  ///
  /// - Throws: `LockError` when the lock files cannot be opened.
  public static func take(_ job: JobID, slots: Int, in directory: String) throws(LockError) -> JobLock? {
    for slot in 0..<slots {
      let file = try LockFile(path(job, slot, directory))
      if try file.lock(0) {
        // For `ctx7ctl cancel`; only to be believed while the lock is held.
        file.write((Int64(getpid()), 0), at: 0)
        return JobLock(slot: slot, file: file)
      }
    }
    return nil
  }

  /// Whether some process holds a slot of the job; needs only leave to read the file.
  public static func isHeld(_ job: JobID, slot: Int, in directory: String) -> Bool {
    guard let file = try? LockFile(path(job, slot, directory), writable: false) else { return false }
    return file.firstHeld(in: 0..<1) != nil
  }

  /// The process that holds a slot of the job; nil when none does.
  public static func holder(_ job: JobID, slot: Int, in directory: String) -> Int32? {
    guard let file = try? LockFile(path(job, slot, directory), writable: false),
      let process = file.values(at: 0)?.0, file.firstHeld(in: 0..<1) != nil
    else { return nil }
    return Int32(process)
  }

  private init(slot: Int, file: consuming LockFile) {
    self.slot = slot
    self.file = file
  }

  private static func path(_ job: JobID, _ slot: Int, _ directory: String) -> String {
    "\(directory)/\(job).\(slot)"
  }
}
