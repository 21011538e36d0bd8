public import Ctx7Model
internal import FoundationEssentials
internal import Glibc

/// The operator's switch of each job: a file `disabled/ID` turns it off, and holds the reason.
///
/// Timers look for it with `ConditionPathExists=`, executions before they begin; no rights on unit files are
/// needed to turn it.
public struct JobSwitch: Sendable {
  /// What the first line begins with where the executor has turned a job off, the fingerprint of its schedule behind;
  /// the reason is the second then. Nobody else writes two lines.
  private static let retired = "retired "

  private let directory: String

  /// Names the directory of the switches.
  public init(directory: String) {
    self.directory = directory
  }

  /// Why the job is off; nil when it is on.
  public func switchedOff(_ id: JobID) -> SwitchedOff? {
    let descriptor = open(path(id), O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    let bytes = [UInt8](unsafeUninitializedCapacity: 1000) { buffer, count in
      count = max(0, read(descriptor, buffer.baseAddress, buffer.count))
    }
    let lines = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline).map(String.init)
    if lines.count > 1, lines[0].hasPrefix(Self.retired) {
      return SwitchedOff(
        reason: lines[1], finishedSchedule: String(lines[0].dropFirst(Self.retired.count)))
    }
    return SwitchedOff(reason: lines.first ?? "no reason given")
  }

  /// The jobs that are off; for all at once, where few are.
  public func jobsThatAreOff() -> Set<JobID> {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
    return Set(names.compactMap(JobID.init(rawValue:)))
  }

  /// Whether a job fires: by its configuration, the host's, and its switch.
  public func isOn(_ job: ResolvedJob) -> Bool { job.isEnabled && switchedOff(job.config.id) == nil }

  /// Turns the job off.
  ///
  /// - Parameter finished: the schedule that never fires again; by another one `ctx7-units generate` turns the job on.
  /// - Throws: `LockError` when the file cannot be written.
  public func turnOff(_ id: JobID, reason: String, finished: Schedule? = nil) throws(LockError) {
    let temporary = "\(directory)/.\(id).\(Surroundings.randomHex())"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o640)
    guard descriptor >= 0 else { throw LockError(path: temporary, code: errno) }
    let mark = finished.map { Self.retired + $0.fingerprint + "\n" } ?? ""
    let bytes = Array((mark + reason.split(whereSeparator: \.isNewline).joined(separator: " ") + "\n").utf8)
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
