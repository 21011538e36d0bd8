public import Ctx7Model
internal import Glibc

/// A file whose bytes are locks: open-file-description locks (fcntl(2)), which the kernel releases when the
/// process that holds them dies, however it dies.
struct LockFile: ~Copyable {
  private let descriptor: CInt
  private let path: String

  /// Opens the file; makes it where it is missing, unless it is only to be looked at.
  init(_ path: String, writable: Bool = true) throws(LockError) {
    self.path = path
    let flags = writable ? O_RDWR | O_CREAT : O_RDONLY
    descriptor = open(path, flags | O_CLOEXEC, 0o640)
    guard descriptor >= 0 else { throw LockError(path: path, code: errno) }
  }

  deinit {
    guard descriptor >= 0 else { return }
    // A child between fork and exec has a copy of the descriptor, which would keep the locks a little longer.
    unlockAll()
    close(descriptor)
  }

  /// Locks one byte until the value goes away; false when somebody else holds it.
  func lock(_ byte: Int) throws(LockError) -> Bool {
    var request = Self.request(F_WRLCK, byte, 1)
    while fcntl(descriptor, F_OFD_SETLK, &request) != 0 {
      switch errno {
      case EINTR: continue
      case EAGAIN, EACCES: return false
      default: throw LockError(path: path, code: errno)
      }
    }
    return true
  }

  private func unlockAll() {
    // A length of 0 is "to the end of the file, wherever that is".
    var request = Self.request(F_UNLCK, 0, 0)
    _ = fcntl(descriptor, F_OFD_SETLK, &request)
  }

  /// The first byte of `range` that somebody else holds.
  func firstHeld(in range: Range<Int>) -> Int? {
    var first: Int?
    // The kernel names the lock that was taken first, wherever in the range it is.
    while let held = anyHeld(in: range.lowerBound..<(first ?? range.upperBound)) { first = held }
    return first
  }

  /// A read lock is what a read-only descriptor may ask about; every holder has a write lock.
  private func anyHeld(in range: Range<Int>) -> Int? {
    guard !range.isEmpty else { return nil }
    var request = Self.request(F_RDLCK, range.lowerBound, range.count)
    guard fcntl(descriptor, F_OFD_GETLK, &request) == 0, request.l_type == Int16(F_WRLCK) else { return nil }
    return max(Int(request.l_start), range.lowerBound)
  }

  /// Writes two numbers at a place of the file.
  func write(_ values: (Int64, Int64), at place: Int) {
    var values = values
    _ = withUnsafeBytes(of: &values) { pwrite(descriptor, $0.baseAddress, $0.count, off_t(place * $0.count)) }
  }

  /// Reads what `write` wrote; nil where nobody has written yet.
  func values(at place: Int) -> (Int64, Int64)? {
    var values: (Int64, Int64) = (0, 0)
    let count = withUnsafeMutableBytes(of: &values) {
      pread(descriptor, $0.baseAddress, $0.count, off_t(place * $0.count))
    }
    return count == MemoryLayout<(Int64, Int64)>.size ? values : nil
  }

  private static func request(_ type: CInt, _ start: Int, _ length: Int) -> flock {
    var lock = flock()
    lock.l_type = Int16(type)
    lock.l_whence = Int16(SEEK_SET)
    lock.l_start = off_t(start)
    lock.l_len = off_t(length)
    return lock
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
