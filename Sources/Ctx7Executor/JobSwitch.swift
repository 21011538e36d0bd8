public import Ctx7Model
internal import Glibc

/// The operator's switch of each job: a file `disabled/ID` turns it off, and holds the reason.
///
/// Timers look for it with `ConditionPathExists=`, executions before they begin; no rights on unit files are
/// needed to turn it.
public struct JobSwitch: Sendable {
  /// What the reasons begin with that the executor gives itself; `ctx7-units generate` takes such a file away when it
  /// meets another configuration of the job.
  public static let finished = String.retirement

  private let directory: String

  /// Names the directory of the switches.
  public init(directory: String) {
    self.directory = directory
  }

  /// Why the job is off; nil when it is on.
  public func reason(_ id: JobID) -> String? {
    let descriptor = open(path(id), O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    let bytes = [UInt8](unsafeUninitializedCapacity: 1000) { buffer, count in
      count = max(0, read(descriptor, buffer.baseAddress, buffer.count))
    }
    let line = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline).first
    return line.map(String.init) ?? "no reason given"
  }

  /// Whether a job fires: by its configuration, the host's, and its switch.
  public func isOn(_ job: ResolvedJob) -> Bool { job.isEnabled && reason(job.config.id) == nil }

  /// Turns the job off.
  ///
  /// - Throws: `LockError` when the file cannot be written.
  public func turnOff(_ id: JobID, reason: String) throws(LockError) {
    let temporary = "\(directory)/.\(id).\(Surroundings.randomHex())"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o640)
    guard descriptor >= 0 else { throw LockError(path: temporary, code: errno) }
    let bytes = Array((reason.split(whereSeparator: \.isNewline).joined(separator: " ") + "\n").utf8)
    let isWritten = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) } == bytes.count
    let code = errno
    close(descriptor)
    guard isWritten, rename(temporary, path(id)) == 0 else {
      let reason = isWritten ? errno : code
      unlink(temporary)
      throw LockError(path: path(id), code: reason)
    }
  }

  /// Turns the job on.
  ///
  /// - Returns: false when it was on.
  /// - Throws: `LockError` when the file cannot be removed.
  public func turnOn(_ id: JobID) throws(LockError) -> Bool {
    if unlink(path(id)) == 0 { return true }
    guard errno == ENOENT else { throw LockError(path: path(id), code: errno) }
    return false
  }

  private func path(_ id: JobID) -> String { "\(directory)/\(id)" }
}
