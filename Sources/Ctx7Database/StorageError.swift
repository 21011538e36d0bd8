internal import CSQLite
public import Ctx7Model
internal import GRDB

/// Why one of our SQLite files cannot be used.
public enum StorageError: Error, ClassifiedError, Hashable, CustomStringConvertible {
  /// The file was written by a newer version.
  case newerSchema(path: String)
  /// The file was written by an older version, and the caller may not bring it up to date.
  case olderSchema(path: String)
  /// There is no such file yet, and the caller may not make one.
  case missing(path: String)
  /// SQLite refused: no space, no permission …
  case unusable(path: String, reason: String)
  /// A stored value is not what this version writes.
  case damaged(path: String, what: String)

  /// The class by which retries and exit statuses are decided.
  public var errorClass: ErrorClass { .database }

  /// The text for people.
  public var description: String {
    switch self {
    case .newerSchema(let path):
      "\(path) was written by a newer ctx7-jobs; use that version, or move the file away to start anew"
    case .olderSchema(let path):
      "\(path) is of an older ctx7-jobs; the next 'ctx7-units generate' or execution brings it up to date"
    case .missing(let path):
      "there is no \(path) yet; the first 'ctx7-units generate' or execution makes that of the jobs, "
        + "'ctx7ctl documents add' that of the documents, with the same --user and --state-dir"
    case .unusable(let path, let reason):
      "\(path): \(reason)"
    case .damaged(let path, let what):
      "\(path): \(what) is not readable; restore a backup, or move the file away to start anew"
    }
  }

  init(_ error: any Error, path: String) {
    switch error {
    case let error as StorageError:
      self = error
    case let error as DatabaseError where [.SQLITE_CORRUPT, .SQLITE_NOTADB].contains(error.resultCode):
      self = .damaged(path: path, what: "the database (\(error.reason))")
    case let error as DatabaseError:
      self = .unusable(path: path, reason: error.reason + (error.nextStep.map { "; \($0)" } ?? ""))
    case let error as UnreadableValue:
      self = .damaged(path: path, what: error.what)
    default:
      self = .unusable(path: path, reason: String(describing: error))
    }
  }
}

extension DatabaseError {
  /// What SQLite says.
  ///
  /// The steps of a backup fail with a code that the connection knows nothing of: its message is that of success.
  fileprivate var reason: String {
    if let message, message != String(cString: sqlite3_errstr(ResultCode.SQLITE_OK.rawValue)) {
      return message
    }
    return String(cString: sqlite3_errstr(extendedResultCode.rawValue))
  }

  /// What an operator can do about it.
  fileprivate var nextStep: String? {
    switch resultCode {
    case .SQLITE_FULL: "make room on its file system ('df' shows how full it is)"
    case .SQLITE_READONLY: "run this as the owner of the file and of its folder, or as root"
    case .SQLITE_IOERR: "see 'df' for room on its file system, and 'journalctl -k' for its disk"
    case .SQLITE_CANTOPEN:
      "this user may not open it, or its folder ('ls -l'); what the system's jobs use belongs to ctx7"
    case .SQLITE_BUSY: "another program writes it ('fuser' says which); try again when that is done"
    default: nil
    }
  }
}

/// Thrown while rows are read, for a value that this version does not write; becomes `StorageError.damaged`.
public struct UnreadableValue: Error {
  let what: String

  /// Names the value: "the status of execution x".
  public init(_ what: String) {
    self.what = what
  }
}
