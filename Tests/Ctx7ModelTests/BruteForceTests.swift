import Ctx7Model
import TestSupport
import Testing

/// The engine and the emitted lines against a cron that tries every minute.
@Suite struct BruteForceTests {
  @Test func `around the clock changes of every zone, engine and lines fire when Debian's cron does`() throws
  {
    var draw = RandomCron(seed: Effort.seed)
    var compared = 0
    for zone in Zones.all {
      let all = zone.changes(
        after: Timestamp(seconds: 946_684_800), through: Timestamp(seconds: 1_924_991_999))
      let changes = Effort.isProof ? all : Array(all.shuffled(using: &draw.random).prefix(2))
      for change in changes {
        for _ in 0..<Effort.cases(3, prove: 10) {
          let source = draw.plain()
          guard let cron = try? CronExpression(source) else { continue }
          try compare(cron, change.instant, zone, &draw.random)
          compared += 1
        }
      }
    }
    #expect(compared > 1000)
  }

  private func compare(
    _ cron: CronExpression, _ change: Int64, _ zone: ZoneRules, _ random: inout SeededGenerator
  ) throws {
    let start = change - change % 60 - Int64.random(in: 60...300, using: &random) * 60
    let end = start + 600 * 60
    let expected = BruteForceCron(cron.source).firings(from: start, to: end, in: zone)
    let schedule = Schedule(.cron(cron))
    let base = Timestamp(seconds: start - 1)
    let triggers = schedule.triggers(in: zone, from: base)
    var engine: [Int64] = []
    var lines: [Int64] = []
    while let next = schedule.instant(after: Timestamp(seconds: engine.last ?? start - 1), in: zone),
      next.seconds < end
    {
      engine.append(next.seconds)
    }
    while let next = triggers.next(after: Timestamp(seconds: lines.last ?? start - 1), in: zone),
      next.seconds < end
    {
      lines.append(next.seconds)
    }
    #expect(engine == expected, "engine: '\(cron.source)' in \(zone.name) from \(start)")
    #expect(lines == expected, "lines: '\(cron.source)' in \(zone.name) from \(start)")
    var backwards: [Int64] = []
    while let previous = schedule.instant(before: Timestamp(seconds: backwards.last ?? end), in: zone),
      previous.seconds >= start
    {
      backwards.append(previous.seconds)
    }
    #expect(backwards.reversed() == expected, "backwards: '\(cron.source)' in \(zone.name) from \(start)")
  }

  @Test func `the whole grammar fires on the days and at the times that its rules name`() throws {
    var draw = RandomCron(seed: Effort.seed)
    var compared = 0
    for _ in 0..<Effort.cases(1500, prove: 30_000) {
      let source = draw.whole()
      guard let cron = try? CronExpression(source) else { continue }
      let base = Int64.random(in: 1_500_000_000...1_900_000_000, using: &draw.random)
      // 12 years of days, so that 29 February on a certain weekday comes by.
      let expected = BruteForceCron(source).firings(after: base, count: 20, days: 4400)
      let schedule = Schedule(.cron(cron))
      let found = schedule.next(20, after: Timestamp(seconds: base), in: .utc).map(\.seconds)
      let isWhole = expected.count == 20 || found.prefix(expected.count).elementsEqual(expected)
      #expect(isWhole && found.prefix(expected.count).elementsEqual(expected), "'\(source)' from \(base)")
      let triggers = schedule.triggers(in: .utc, from: Timestamp(seconds: base))
      var last = base
      for instant in expected {
        let next = triggers.next(after: Timestamp(seconds: last), in: .utc)
        #expect(next?.seconds == instant, "lines of '\(source)' from \(last)")
        last = instant
      }
      if let first = expected.first, let end = expected.last {
        let back = schedule.instant(before: Timestamp(seconds: end), in: .utc)
        #expect(back?.seconds == expected.dropLast().last || end == first, "'\(source)' before \(end)")
      }
      compared += 1
    }
    #expect(compared > 1000)
  }

  @Test func `none of the lines is redundant`() throws {
    var draw = RandomCron(seed: Effort.seed)
    for _ in 0..<Effort.cases(400, prove: 5000) {
      guard let cron = try? CronExpression(draw.whole()) else { continue }
      let triggers = Schedule(.cron(cron), clockChanges: .systemd).triggers(
        in: .utc, from: Timestamp(seconds: 0))
      guard triggers.calendar.count > 1 else { continue }
      for index in triggers.calendar.indices {
        var line = triggers
        line.calendar = [triggers.calendar[index]]
        var others = triggers
        others.calendar.remove(at: index)
        var instant = Timestamp(seconds: 0)
        var isNeeded = false
        while !isNeeded, let next = line.next(after: instant, in: .utc) {
          isNeeded = others.next(after: next.adding(seconds: -1), in: .utc) != next
          instant = next.adding(seconds: 86_399)
        }
        #expect(isNeeded, "'\(cron.source)': \(triggers.calendar[index]) of \(triggers.calendar)")
      }
    }
  }
}
