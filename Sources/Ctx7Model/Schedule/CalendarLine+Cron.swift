extension CalendarLine {
  /// The lines whose union fires when the expression does, clock changes left to systemd.
  ///
  /// - Parameter now: from when on they are used.
  static func lines(for cron: CronExpression, in zone: ZoneRules, from now: Timestamp) -> [CalendarLine] {
    // After 28 years the weekdays of all dates come again.
    let changes =
      cron.monthDays.isPlain && cron.weekdays.isPlain
      ? [] : zone.changes(after: now, through: now.adding(days: 28 * 366))
    return DatePattern.patterns(for: cron, changes: changes).map {
      CalendarLine($0, cron.times, zone: zone.name)
    }
  }
}
