/// The instants at which a pattern of local times fires in a zone.
///
/// Instants are seconds since 1970. The zone is walked in stretches between clock changes, within which local
/// time and UTC run in step; no minute is tried in vain.
struct Firings<Pattern: WallPattern> {
  let pattern: Pattern
  let zone: ZoneRules
  let rule: ClockChangeRule

  /// The first firing after an instant.
  func next(after instant: Int64) -> Int64? {
    var from = instant + 1
    var index = zone.index(at: from)
    while true {
      let offset = Int64(zone.offsets[index])
      var local = from + offset
      if let change = zone.change(into: index) {
        if from == change.instant, rule.makesUp(for: change), gapHasMatch(change) { return from }
        let isWithin = rule == .systemd && instant >= change.instant
        if change.shift < 0, !rule.repeats(after: change), !isWithin {
          local = max(local, change.instant + Int64(change.offsetBefore))
        }
      }
      let match = pattern.firstMatch(from: local)
      if let match, match - offset < zone.end(of: index) { return match - offset }
      guard let following = zone.change(into: index + 1) else { return nil }
      if following.instant + Int64(following.offsetAfter) < local {
        // Clocks are set back to before the local time that the search has reached.
        index += 1
      } else if let match {
        index = max(index + 1, zone.index(at: match - offset - Self.margin))
      } else {
        return nil
      }
      from = zone.start(of: index)
    }
  }

  /// The last firing before an instant.
  func previous(before instant: Int64) -> Int64? {
    var through = instant - 1
    var index = zone.index(at: through)
    while true {
      let offset = Int64(zone.offsets[index])
      let local = through + offset
      let match = pattern.lastMatch(through: local)
      guard let change = zone.change(into: index) else { return match.map { $0 - offset } }
      let isRepeated = change.shift < 0 && !rule.repeats(after: change)
      let first = change.instant + Int64(isRepeated ? change.offsetBefore : change.offsetAfter)
      if let match, match >= first { return match - offset }
      if rule.makesUp(for: change), gapHasMatch(change) { return change.instant }
      if change.instant + Int64(change.offsetBefore) > local {
        index -= 1
      } else if let match {
        index = min(index - 1, zone.index(at: match - offset + Self.margin))
      } else {
        return nil
      }
      through = zone.end(of: index) - 1
    }
  }

  /// Offsets differ by at most a day, when a zone moves across the date line.
  private static var margin: Int64 { 2 * 86_400 }

  private func gapHasMatch(_ change: ZoneRules.Change) -> Bool {
    let end = change.instant + Int64(change.offsetAfter)
    guard let match = pattern.lastMatch(through: end - 1) else { return false }
    return match >= change.instant + Int64(change.offsetBefore)
  }
}

/// What is fired at a clock change.
enum ClockChangeRule: Hashable, Sendable {
  /// What `OnCalendar=` does: a local time that comes twice fires the first time, one that is skipped does not. A
  /// search that begins within the repeated time stays in it, as systemd's does.
  case systemd
  /// What Debian's cron does with a job at a fixed time.
  case fixedTime
  /// What Debian's cron does with a job whose minute or hour begins with `*`.
  case wildcard

  // cron(8) speaks of "less than three hours"; Debian's cron.c compares minutes, `timeDiff > 3 * 60` being a
  // correction of the clock, where timeDiff is one more than the shift forward and less than the shift back.
  private static let longestForward = 179 * 60
  private static let longestBack = 180 * 60

  /// Whether times that the change skips are fired at the change.
  func makesUp(for change: ZoneRules.Change) -> Bool {
    self == .fixedTime && change.shift > 0 && change.shift <= Self.longestForward
  }

  /// Whether times that the change repeats are fired again.
  func repeats(after change: ZoneRules.Change) -> Bool {
    switch self {
    case .systemd: false
    case .fixedTime: -change.shift > Self.longestBack
    case .wildcard: true
    }
  }
}
