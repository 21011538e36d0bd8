/// Something that a schedule does and nobody may expect.
public struct ScheduleWarning: Hashable, Sendable, CustomStringConvertible {
  /// A sentence about "it", the job.
  public let description: String
}

extension Schedule {
  /// What there is to warn of before the schedule is used.
  ///
  /// - Parameter zone: the schedule's zone, or the host's where it names none.
  public func warnings(in zone: ZoneRules, at now: Timestamp) -> [ScheduleWarning] {
    if let endTime, endTime <= now {
      return [ScheduleWarning(description: "it never fires again: its end_time is past")]
    }
    if case .once(let instant) = recurrence, instant <= now {
      return [
        ScheduleWarning(
          description:
            "it fires no more: its execute_at \(instant) is past; set enabled: false, or remove the job")
      ]
    }
    let jitter = [jitterWarning(in: zone, at: now)].compactMap { $0 }
    guard !isMonotonic else { return jitter }
    guard next(after: now, in: zone) != nil else {
      return [ScheduleWarning(description: "it never fires again")]
    }
    return jitter + clockChangeWarnings(in: zone, at: now)
  }

  /// A jitter for which there is no room: systemd looks for the next instant when the delay of the last one is over.
  private func jitterWarning(in zone: ZoneRules, at now: Timestamp) -> ScheduleWarning? {
    guard jitterSeconds > 0, let gap = shortestGap(in: zone, at: now), jitterSeconds >= gap else {
      return nil
    }
    return ScheduleWarning(
      description:
        "it may run less often than its schedule says: jitter_seconds (\(jitterSeconds)) is not below "
        + "the shortest gap between two firings (\(gap) s)")
  }

  /// Between two of the next hundred firings, in seconds: patterns repeat by then.
  private func shortestGap(in zone: ZoneRules, at now: Timestamp) -> Int64? {
    if case .interval(let seconds) = recurrence { return Int64(seconds) }
    let firings = next(100, after: now, in: zone)
    return zip(firings, firings.dropFirst()).map { $1.seconds - $0.seconds }.min()
  }

  /// With `clock_changes: systemd`, the dates within two years on which the job is skipped or falls silent.
  private func clockChangeWarnings(in zone: ZoneRules, at now: Timestamp) -> [ScheduleWarning] {
    guard case .cron(let cron) = recurrence, clockChanges == .systemd else { return [] }
    return zone.changes(after: now, through: now.adding(days: 731)).compactMap { change in
      let date = CivilTime(secondsSinceEpoch: change.instant + Int64(change.offsetBefore)).dateText
      let first = change.instant + Int64(min(change.offsetBefore, change.offsetAfter))
      let last = first + Int64(abs(change.shift))
      guard let match = cron.firstMatch(from: first), match < last else { return nil }
      let from = CivilTime(secondsSinceEpoch: first).timeText.prefix(5)
      let to = CivilTime(secondsSinceEpoch: last).timeText.prefix(5)
      if change.shift > 0 {
        // What runs in all hours goes on after the change as if nothing had happened.
        guard !cron.isWildcard || cron.times.hours != TimesOfDay.allHours else { return nil }
        return ScheduleWarning(
          description: "on \(date) it is skipped from \(from) to \(to): the clocks of \(zone.name) are set "
            + "forward (clock_changes: systemd)")
      }
      guard cron.isWildcard else { return nil }
      return ScheduleWarning(
        description: "on \(date) it is silent when \(from) to \(to) comes a second time: the clocks of "
          + "\(zone.name) are set back (clock_changes: systemd)")
    }
  }

  /// What there is to warn of in a timer that has been generated: its single dates run out within a year.
  ///
  /// For `ctx7-units check`, the maintenance job and `ctx7ctl health`.
  ///
  /// - Parameters:
  ///   - lines: the values of `OnCalendar=` in the unit.
  ///   - scope: whose job it is.
  public func warning(
    aboutGenerated lines: Set<String>, in zone: ZoneRules, at now: Timestamp, scope: Scope
  ) -> ScheduleWarning? {
    guard let missing = firstDateMissing(in: lines, zone: zone, after: now), missing < now.adding(days: 365)
    else { return nil }
    return ScheduleWarning(
      description: "its timer knows no date from \(missing.description.prefix(10)) on; renew it with "
        + scope.command("ctx7-units generate"))
  }

  /// The values of `OnCalendar=` in the text of a timer unit.
  public static func calendarLines(ofUnit text: String) -> Set<String> {
    Set(
      text.split(separator: "\n").filter { $0.hasPrefix("OnCalendar=") }.map {
        String($0.dropFirst("OnCalendar=".count))
      })
  }
}
