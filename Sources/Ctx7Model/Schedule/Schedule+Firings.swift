extension Schedule {
  /// The first instant after `instant` that the rule names, whatever the bounds; nil when there is none before the
  /// year 2200, or when only the last run can tell (at boot, and an interval that no calendar expresses).
  ///
  /// - Parameter zone: the schedule's zone, or the host's where it names none.
  public func instant(after instant: Timestamp, in zone: ZoneRules) -> Timestamp? {
    switch recurrence {
    case .cron(let cron):
      return firings(of: cron, in: zone).next(after: instant.seconds).map(Timestamp.init(seconds:))
    case .interval(let seconds):
      guard let phase = Self.phase(ofInterval: seconds) else { return nil }
      let step = Int64(seconds)
      return Timestamp(seconds: ((instant.seconds - phase).quotientFloor(step).quotient + 1) * step + phase)
    case .once(let only): return only > instant ? only : nil
    case .reboot: return nil
    }
  }

  /// The last instant before `instant` that the rule names, whatever the bounds; nil as in `instant(after:in:)`.
  public func instant(before instant: Timestamp, in zone: ZoneRules) -> Timestamp? {
    let end = instant.secondsRoundedUp
    switch recurrence {
    case .cron(let cron):
      return firings(of: cron, in: zone).previous(before: end).map(Timestamp.init(seconds:))
    case .interval(let seconds):
      guard let phase = Self.phase(ofInterval: seconds) else { return nil }
      let step = Int64(seconds)
      return Timestamp(seconds: (end - 1 - phase).quotientFloor(step).quotient * step + phase)
    case .once(let only): return only < instant ? only : nil
    case .reboot: return nil
    }
  }

  /// The first firing after `instant` within `start_time` and `end_time`; nil as in `instant(after:in:)`.
  public func next(after instant: Timestamp, in zone: ZoneRules) -> Timestamp? {
    let from = startTime.map { max($0.adding(milliseconds: -1), instant) } ?? instant
    guard let next = self.instant(after: from, in: zone), next <= endTime ?? next else { return nil }
    return next
  }

  /// Whether nothing fires after `instant` any more: its one date or its `end_time` is past.
  public func isOver(at instant: Timestamp, in zone: ZoneRules) -> Bool {
    if let endTime, endTime <= instant { return true }
    return !isMonotonic && next(after: instant, in: zone) == nil
  }

  /// The first firings after `instant`, at most `count` of them.
  public func next(_ count: Int, after instant: Timestamp, in zone: ZoneRules) -> [Timestamp] {
    var firings: [Timestamp] = []
    while firings.count < count, let next = next(after: firings.last ?? instant, in: zone) {
      firings.append(next)
    }
    return firings
  }

  private func firings(of cron: CronExpression, in zone: ZoneRules) -> Firings<CronExpression> {
    Firings(
      pattern: cron, zone: zone, rule: clockChanges == .cron ? cron.clockChangeRule : .systemd)
  }

  /// Where an interval's instants lie, in seconds since 1970 modulo the interval; nil where no calendar has it.
  private static func phase(ofInterval seconds: Int) -> Int64? {
    // A Monday; 1970 began on a Thursday.
    if seconds == 604_800 { return 4 * 86_400 }
    return 86_400 % seconds == 0 || seconds % 86_400 == 0 ? 0 : nil
  }

  /// Whether systemd counts the firings from boot and from the last run, because no calendar has them.
  public var isMonotonic: Bool {
    switch recurrence {
    case .cron, .once: false
    case .interval(let seconds): Self.phase(ofInterval: seconds) == nil
    case .reboot: true
    }
  }
}
