extension CalendarLine {
  /// The lines whose union fires when the expression does, clock changes left to systemd.
  static func lines(for cron: CronExpression, zone: String) -> [CalendarLine] {
    DatePattern.patterns(for: cron).map { CalendarLine($0, cron.times, zone: zone) }
  }
}
