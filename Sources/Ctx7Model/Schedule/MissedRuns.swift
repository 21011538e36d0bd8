/// What systemd knows of a timer that has fired.
public struct TimerFacts: Hashable, Sendable {
  /// When it fired.
  public var triggeredAt: Timestamp
  /// Since when it is active.
  public var activeSince: Timestamp?
  /// Whether it was started with the machine, rather than by somebody later.
  public var startedAtBoot: Bool
  /// When it was enabled for the machine's start; nil where that is not known.
  public var linkedAt: Timestamp?

  /// Creates facts.
  public init(
    triggeredAt: Timestamp, activeSince: Timestamp? = nil, startedAtBoot: Bool = true,
    linkedAt: Timestamp? = nil
  ) {
    self.triggeredAt = triggeredAt
    self.activeSince = activeSince
    self.startedAtBoot = startedAtBoot
    self.linkedAt = linkedAt
  }

  /// Since when the timer was meant to fire: nothing before that was missed.
  var enabledAt: Timestamp? {
    [linkedAt, startedAtBoot ? nil : activeSince].compactMap { $0 }.max()
  }
}

/// What a job has done before a firing.
public struct RunsBefore: Hashable, Sendable {
  /// The last instant of the schedule that a firing answered for, run or not.
  public var lastDue: Timestamp?
  /// The latest run, from its start to its end; nil where there was none.
  public var latest: ClosedRange<Timestamp>?

  /// Creates a history.
  public init(lastDue: Timestamp? = nil, latest: ClosedRange<Timestamp>? = nil) {
    self.lastDue = lastDue
    self.latest = latest
  }
}

/// What a timer's firing stands for.
public struct DueFiring: Hashable, Sendable {
  /// The instant that the schedule foresaw.
  public var scheduledFor: Timestamp
  /// How many instants have passed without a run because the machine or the timer was down; with this one, when it
  /// comes late.
  public var missed = 0
  /// How many passed because the run before was still going, this one not counted.
  public var overrun = 0
  /// Whether this firing makes up for the missed ones.
  public var isMadeUp = false
  /// Why it does nothing; nil when it runs.
  public var skip: SkipReason?

  /// Creates a firing that runs, on time.
  public init(scheduledFor: Timestamp) { self.scheduledFor = scheduledFor }

  /// More are not counted one by one.
  static let mostCounted = 10_000

  /// "3 missed, 1 made up"; nil when nothing was missed.
  public var missedInWords: String? {
    guard missed > 0 else { return nil }
    let count = missed < Self.mostCounted ? "\(missed)" : "at least \(missed)"
    return "\(count) missed, \(isMadeUp ? 1 : 0) made up"
  }
}

extension Schedule {
  /// A firing later than this, beyond the jitter, was delayed by more than a busy machine: it slept.
  private static let longestDelaySeconds: Int64 = 60

  /// Judges a firing: what it was due for, whether it is run, and what was missed before it.
  ///
  /// systemd runs a job once for all it missed while the machine was down, but also when a timer is started again
  /// after a while, and at once after a run that took longer than its schedule (systemd.timer(5), `Persistent=`).
  /// Only the first is meant.
  ///
  /// - Parameter zone: the schedule's zone, or the host's where it names none.
  public func judge(_ timer: TimerFacts, after before: RunsBefore, in zone: ZoneRules) -> DueFiring {
    if isMonotonic { return judgeCounted(timer, after: before) }
    guard let due = instant(before: timer.triggeredAt.adding(milliseconds: 1), in: zone) else {
      return DueFiring(scheduledFor: timer.triggeredAt)
    }
    var firing = DueFiring(scheduledFor: due)
    if let enabled = timer.enabledAt, due < enabled {
      firing.skip = .dueBeforeEnabling
      return firing
    }
    // A clock that was set back since is no reason to skip anything.
    if let last = before.lastDue, due <= last, last <= timer.triggeredAt {
      firing.skip = .alreadyRun
      return firing
    }
    count(&firing, since: [before.lastDue, timer.enabledAt].compactMap { $0 }.max(), before, zone)
    if before.latest?.contains(due) ?? false {
      firing.skip = .dueDuringRun
      return firing
    }
    let delay = timer.triggeredAt.milliseconds(since: due) / 1000
    guard
      timer.activeSince.map({ due < $0 }) ?? false
        || delay > Int64(jitterSeconds) + Self.longestDelaySeconds
    else { return firing }
    firing.missed += 1
    firing.isMadeUp = catchUp
    if !catchUp { firing.skip = .missed }
    return firing
  }

  /// Counts the instants between the last one that was answered for and this one.
  private func count(
    _ firing: inout DueFiring, since last: Timestamp?, _ before: RunsBefore, _ zone: ZoneRules
  ) {
    guard var instant = last else { return }
    if let startTime { instant = max(instant, startTime.adding(milliseconds: -1)) }
    while let next = self.instant(after: instant, in: zone), next < firing.scheduledFor,
      firing.missed + firing.overrun < DueFiring.mostCounted
    {
      if before.latest?.contains(next) ?? false { firing.overrun += 1 } else { firing.missed += 1 }
      instant = next
    }
  }

  /// What systemd counts from boot and from the last run has no instants of its own: it is due when it fires.
  private func judgeCounted(_ timer: TimerFacts, after before: RunsBefore) -> DueFiring {
    var firing = DueFiring(scheduledFor: timer.triggeredAt)
    guard case .interval(let seconds) = recurrence else {
      if !timer.startedAtBoot { firing.skip = .dueBeforeEnabling }
      return firing
    }
    // A second of slack each for the timer's accuracy and for its start.
    let interval = Int64(max(seconds - 2, 1)) * 1000
    if !timer.startedAtBoot, let active = timer.activeSince,
      timer.triggeredAt.milliseconds(since: active) < interval
    {
      firing.skip = .dueBeforeEnabling
    } else if let run = before.latest, run.upperBound.milliseconds(since: run.lowerBound) >= interval,
      (0..<2000).contains(timer.triggeredAt.milliseconds(since: run.upperBound))
    {
      firing.skip = .dueDuringRun
    } else if timer.startedAtBoot, seconds >= 2 * Self.intervalBootDelaySeconds, let run = before.latest,
      (0...Int64(Self.intervalBootDelaySeconds) * 1000)
        .contains(timer.triggeredAt.milliseconds(since: run.lowerBound))
    {
      // An interval that has passed while the machine was down is run at boot; the timer's own firing comes later.
      firing.skip = .alreadyRun
    }
    return firing
  }
}
