public import Ctx7Model
public import Ctx7Systemd

/// The turning of a job's switch, and of its timer with it.
public struct Switching: Sendable {
  private let job: ResolvedJob
  private let jobSwitch: JobSwitch

  /// Why nothing was done, or not all.
  public enum Refusal: Error {
    /// By `enabled: false` for all jobs.
    case allTurnedOff
    /// By `enabled: false` for this one.
    case turnedOff
    /// It has done all that it was to do.
    case retired(SwitchedOff)
    /// The job is switched on, and its timer does not run.
    case timerNotStarted(BusError)
    /// The job is switched off, and its timer goes on: what it fires is skipped.
    case timerNotStopped(BusError)
  }

  /// Names the job and its switch.
  public init(of job: ResolvedJob, _ jobSwitch: JobSwitch) {
    self.job = job
    self.jobSwitch = jobSwitch
  }

  /// Makes sure that the switch is what keeps the job from firing, if anything does.
  public func requireEnabling() throws(Refusal) {
    guard job.host.enabled else { throw .allTurnedOff }
    guard job.config.enabled else { throw .turnedOff }
    if let off = jobSwitch.switchedOff(job.config.id), off.isRetired { throw .retired(off) }
  }

  /// Lets the job fire again, and starts its timer.
  ///
  /// - Parameters:
  ///   - bus: connects before the switch is turned; nil where no systemd runs.
  ///   - asOwner: does what only the owner of the state may do.
  /// - Returns: whether it was off.
  /// - Throws: `Refusal`, and what `bus` and `asOwner` throw.
  public func enable(
    _ bus: () throws -> SystemBus?, asOwner: (() throws -> Void) throws -> Void = { try $0() }
  ) throws -> Bool {
    try requireEnabling()
    let bus = try bus()
    var wasOff = false
    try asOwner { wasOff = try jobSwitch.turnOn(job.config.id) }
    do { try bus?.start([job.config.id.timerUnit]) } catch { throw Refusal.timerNotStarted(error) }
    return wasOff
  }

  /// Keeps the job from firing, and stops its timer; a run under way is not disturbed.
  ///
  /// - Parameters:
  ///   - reason: why; nil leaves the reason of a job that is off already.
  ///   - person: named where nobody gives a reason.
  ///   - bus: connects before the switch is turned; nil where no systemd runs.
  ///   - asOwner: does what only the owner of the state may do.
  /// - Returns: whether it was off already.
  /// - Throws: `Refusal.timerNotStopped`, and what `bus` and `asOwner` throw.
  public func disable(
    reason: String?, by person: String, _ bus: () throws -> SystemBus?,
    asOwner: (() throws -> Void) throws -> Void = { try $0() }
  ) throws -> Bool {
    let id = job.config.id
    let bus = try bus()
    let off = jobSwitch.switchedOff(id)
    // What has retired is off, and only another schedule brings it back.
    if off == nil || (reason != nil && off?.isRetired == false) {
      try asOwner { try jobSwitch.turnOff(id, reason: reason ?? "by \(person)") }
    }
    do { try bus?.stop([id.timerUnit]) } catch { throw Refusal.timerNotStopped(error) }
    return off != nil
  }
}
