public import Ctx7Model
internal import Glibc

/// One of a job's run slots, held until the value is released or the process ends.
///
/// An open-file-description lock (fcntl(2), "Open file description locks"): the kernel releases it when the
/// process dies, however it dies, so "open row and lock held" is the only truth about what runs.
public struct JobLock: ~Copyable {
  /// 0 … `max_concurrent_executions` - 1
  public let slot: Int
  private let descriptor: CInt

  /// Takes a free slot of the job; nil when all are held.
  ///
  /// - Throws: `LockError` when the lock files cannot be opened.
  public static func take(_ job: JobID, slots: Int, in directory: String) throws(LockError) -> JobLock? {
    for slot in 0..<slots {
      let descriptor = try open(path(job, slot, directory), O_RDWR | O_CREAT)
      if apply(F_OFD_SETLK, to: descriptor, type: F_WRLCK) != nil {
        return JobLock(slot: slot, descriptor: descriptor)
      }
      let reason = errno
      close(descriptor)
      guard reason == EAGAIN || reason == EACCES else {
        throw LockError(path: path(job, slot, directory), code: reason)
      }
    }
    return nil
  }

  /// Whether some process holds a slot of the job; needs only leave to read the file.
  public static func isHeld(_ job: JobID, slot: Int, in directory: String) -> Bool {
    guard let descriptor = try? open(path(job, slot, directory), O_RDONLY) else { return false }
    defer { close(descriptor) }
    // A read lock is what a read-only descriptor may ask about; every holder has a write lock.
    return apply(F_OFD_GETLK, to: descriptor, type: F_RDLCK) == F_WRLCK
  }

  deinit {
    close(descriptor)
  }

  private static func path(_ job: JobID, _ slot: Int, _ directory: String) -> String {
    "\(directory)/\(job).\(slot)"
  }

  private static func open(_ path: String, _ flags: CInt) throws(LockError) -> CInt {
    let descriptor = Glibc.open(path, flags | O_CLOEXEC, 0o640)
    guard descriptor >= 0 else { throw LockError(path: path, code: errno) }
    return descriptor
  }

  /// Returns the lock type that the kernel answers with; nil when the call fails.
  private static func apply(_ command: CInt, to descriptor: CInt, type: CInt) -> CInt? {
    var lock = flock()
    lock.l_type = Int16(type)
    lock.l_whence = Int16(SEEK_SET)
    return fcntl(descriptor, command, &lock) == 0 ? CInt(lock.l_type) : nil
  }
}

// The Glibc module map leaves these out: <bits/fcntl-linux.h>, the same on every Linux architecture.
private let F_OFD_GETLK: CInt = 36
private let F_OFD_SETLK: CInt = 37

/// A lock file that cannot be used.
public struct LockError: Error, ClassifiedError, CustomStringConvertible {
  /// The lock file.
  public let path: String
  /// The errno of the failed call.
  public let code: CInt

  /// The class by which retries and exit statuses are decided.
  public var errorClass: ErrorClass { .database }

  /// The text for people.
  public var description: String {
    "\(path): \(String(cString: strerror(code)))"
  }
}
