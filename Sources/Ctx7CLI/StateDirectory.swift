internal import Ctx7Model
public import Glibc

/// The directory that holds all state, and the one user who writes to it.
///
/// A command that root runs acts as the owner of the directory before it opens anything in it, so that no
/// file is ever root's where the jobs run as `ctx7`.
public struct StateDirectory: Sendable {
  private let locations: Locations

  /// Names the state directory of `locations`; nothing is touched.
  public init(_ locations: Locations) {
    self.locations = locations
  }

  /// Becomes the owner of the directory for good; creates it first where it is missing.
  ///
  /// - Throws: `Failure` when it cannot be created or belongs to somebody else.
  public func enter() throws(Failure) {
    try create()
    try assumeOwner()
    Glibc.umask(Self.fileMask)
    try createFolders()
  }

  /// Becomes the owner of a directory that is there, for good; makes nothing.
  public func assumeOwner() throws(Failure) {
    let owner = try owner()
    guard geteuid() == 0, owner.uid != 0 else { return try requireWriting() }
    guard let account = getpwuid(owner.uid), initgroups(account.pointee.pw_name, owner.gid) == 0,
      setgid(owner.gid) == 0, setuid(owner.uid) == 0
    else { throw refused("cannot become its owner") }
  }

  /// Runs `body` as the owner of the directory, and is root again afterwards.
  public func asOwner<Value>(_ body: () throws -> Value) throws -> Value {
    try create()
    let callers = Glibc.umask(Self.fileMask)
    defer { Glibc.umask(callers) }
    let owner = try owner()
    guard geteuid() == 0, owner.uid != 0 else {
      try createFolders()
      return try body()
    }
    guard setegid(owner.gid) == 0, seteuid(owner.uid) == 0 else { throw refused("cannot become its owner") }
    defer {
      _ = seteuid(0)
      _ = setegid(0)
    }
    try createFolders()
    return try body()
  }

  private func create() throws(Failure) {
    guard access(locations.stateDirectory, F_OK) != 0 else { return }
    var parents = locations.stateDirectory.split(separator: "/").map(String.init)
    parents.removeLast()
    var path = ""
    for parent in parents {
      path += "/" + parent
      guard mkdir(path, 0o755) == 0 || errno == EEXIST else { throw refused(message(errno)) }
    }
    let account = locations.scope == .system && geteuid() == 0 ? try jobsAccount() : nil
    guard mkdir(locations.stateDirectory, 0o750) == 0 else {
      // Another process was faster.
      if errno == EEXIST { return }
      throw refused(message(errno))
    }
    if let account, chown(locations.stateDirectory, account.uid, account.gid) != 0 {
      throw refused(message(errno))
    }
  }

  /// Who owns what root makes. A directory that the caller has named may do without the user of the jobs.
  private func jobsAccount() throws(Failure) -> (uid: uid_t, gid: gid_t)? {
    do {
      return try Self.jobsUser()
    } catch {
      guard locations.stateDirectoryIsNamed else { throw error }
      return nil
    }
  }

  /// The user as whom the system's jobs run.
  @discardableResult
  public static func jobsUser() throws(Failure) -> (uid: uid_t, gid: gid_t) {
    guard let account = getpwnam("ctx7") else {
      throw Failure(
        .badConfig, "there is no user 'ctx7' for the jobs to run as",
        hint: "create it: echo 'u ctx7 - \"ctx7-jobs\" /var/lib/ctx7' | systemd-sysusers -")
    }
    return (account.pointee.pw_uid, account.pointee.pw_gid)
  }

  /// The group may read what is made, others may not.
  private static let fileMask: mode_t = 0o027

  /// SQLite would say that the database is read-only.
  private func requireWriting() throws(Failure) {
    guard access(locations.stateDirectory, W_OK) != 0, errno == EACCES else { return }
    throw Failure(
      .noPermission, "only root and the owner of \(locations.stateDirectory) may do this",
      hint: "run it with sudo; members of the group look at everything, and act through the API")
  }

  private func createFolders() throws(Failure) {
    for folder in [locations.lockDirectory, locations.disabledDirectory] {
      guard mkdir(folder, 0o750) == 0 || errno == EEXIST else { throw refused(message(errno)) }
    }
  }

  private func owner() throws(Failure) -> (uid: uid_t, gid: gid_t) {
    var status = stat()
    guard stat(locations.stateDirectory, &status) == 0 else { throw refused(message(errno)) }
    return (status.st_uid, status.st_gid)
  }

  private func refused(_ reason: String) -> Failure {
    Failure(
      .ioError, "state directory \(locations.stateDirectory): \(reason)",
      hint: getuid() == 0
        ? "the user ctx7 must be able to reach it; name another one with --state-dir"
        : "run as root or as the owner of the directory, or name another one with --state-dir")
  }

  private func message(_ code: CInt) -> String {
    String(cString: strerror(code))
  }
}
