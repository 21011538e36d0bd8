extension CalendarLine {
  /// The one-off lines, in UTC, that make a timer do at a change of the clocks what Debian's cron does.
  ///
  /// Set forward: a job at a fixed time that is skipped runs right after the change. Set back: a job that runs
  /// "every so often" goes on through the repeated time, where systemd is silent. Shifts of more than three
  /// hours are corrections of the clock, after which nothing is made up (cron(8)).
  static func lines(for cron: CronExpression, at change: ZoneRules.Change, in zone: ZoneRules)
    -> [CalendarLine]
  {
    guard abs(change.shift) <= 3 * 3600, cron.isWildcard == (change.shift < 0) else { return [] }
    let wall = lines(for: cron, zone: "UTC")
    let length = Int64(abs(change.shift))
    // The local times that are skipped or come a second time, as seconds since 1970 were the zone UTC.
    let first = change.instant + Int64(min(change.offsetBefore, change.offsetAfter))
    let affected = first..<first + length
    if change.shift > 0 {
      guard firings(of: wall, in: affected).first(where: { _ in true }) != nil,
        firings(of: wall, in: affected.upperBound..<affected.upperBound + 1).isEmpty
      else { return [] }
      return [CalendarLine(Timestamp(seconds: change.instant))]
    }
    let instants = firings(of: wall, in: affected).map { $0 - Int64(change.offsetAfter) }
    return hourly(instants)
  }

  private static func firings(of lines: [CalendarLine], in range: Range<Int64>) -> [Int64] {
    var found: [Int64] = []
    var instant = Timestamp(seconds: range.lowerBound - 1)
    while let next = lines.compactMap({ $0.next(after: instant, in: .utc) }).min(),
      next.seconds < range.upperBound
    {
      found.append(next.seconds)
      instant = next
    }
    return found
  }

  /// Instants as one line an hour; within an hour the seconds of all minutes are the same.
  private static func hourly(_ instants: [Int64]) -> [CalendarLine] {
    var lines: [CalendarLine] = []
    for instant in instants {
      let line = CalendarLine(Timestamp(seconds: instant))
      if let last = lines.last, last.year == line.year, last.months == line.months, last.days == line.days,
        last.hours == line.hours
      {
        lines[lines.count - 1].minutes |= line.minutes
        lines[lines.count - 1].seconds |= line.seconds
      } else {
        lines.append(line)
      }
    }
    return lines
  }
}
