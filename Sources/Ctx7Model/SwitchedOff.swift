/// That a job is switched off, and why.
public struct SwitchedOff: Hashable, Sendable, CustomStringConvertible {
  /// The reason, on one line: "upstream is down".
  public var reason: String
  /// The fingerprint of the schedule that has nothing more for the job to do; nil where somebody has switched the job off.
  public var finishedSchedule: String?

  /// Creates a reason of somebody, or of the executor where a schedule is given.
  public init(reason: String, finishedSchedule: String? = nil) {
    self.reason = reason
    self.finishedSchedule = finishedSchedule
  }

  /// Whether the job has done all that it was to do.
  public var isRetired: Bool { finishedSchedule != nil }

  /// "upstream is down", "retired: it was to run once, and has"
  public var description: String { isRetired ? "retired: \(reason)" : reason }

  /// The same after words that say that the job is off, unless it says so itself: "off: upstream is down".
  public func inWords(after words: String) -> String { isRetired ? description : "\(words): \(reason)" }
}

extension Schedule {
  /// Tells schedules apart.
  public var fingerprint: String {
    var hash = FNV1a()
    hash.add(json.utf8)
    return hash.digits
  }
}
