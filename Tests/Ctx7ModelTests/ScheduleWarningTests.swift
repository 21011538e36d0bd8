import Ctx7Model
import Testing

/// What `check`, the maintenance job and `ctx7ctl health` warn of.
@Suite struct ScheduleWarningTests {
  /// 2027-01-15
  private let now = Timestamp(seconds: 1_800_000_000)

  private func schedule(_ source: String, _ changes: ClockChangePolicy = .cron) throws -> Schedule {
    Schedule(.cron(try CronExpression(source)), clockChanges: changes)
  }

  private func warnings(_ source: String, _ changes: ClockChangePolicy = .systemd) throws -> [String] {
    let zone = try #require(Zones.read("Europe/Berlin"))
    return try schedule(source, changes).warnings(in: zone, at: now).map { String($0.description.prefix(27)) }
  }

  @Test func `with systemd's rule, dates within two years are named`() throws {
    #expect(
      try warnings("30 2 * * *") == ["on 2027-03-28 it is skipped", "on 2028-03-26 it is skipped"])
    #expect(
      try warnings("*/30 * * * *") == ["on 2027-10-31 it is silent ", "on 2028-10-29 it is silent "])
    #expect(
      try warnings("*/15 2 * * *") == [
        "on 2027-03-28 it is skipped", "on 2027-10-31 it is silent ", "on 2028-03-26 it is skipped",
        "on 2028-10-29 it is silent ",
      ])
    #expect(try warnings("0 12 * * *").isEmpty)
    #expect(try warnings("30 2 * * *", .cron).isEmpty)
  }

  @Test(arguments: [
    ("*/2 * * * * *", 40, 2), ("*/2 * * * * *", 2, 2), ("*/2 * * * * *", 1, nil), ("0,1 12 * * *", 60, 60),
    ("0 0,23 * * *", 3600, 3600), ("0 0,23 * * *", 3599, nil), ("0 3 * * *", 0, nil),
    ("@every 7m", 500, 420), ("@every 1h", 3599, nil), ("@reboot", 86_400, nil),
  ])
  func `jitter for which there is no room is named`(source: String, jitter: Int, gap: Int?) throws {
    let schedule = Schedule(try CronSpec(source).recurrence, jitterSeconds: jitter)
    let words = gap.map {
      "it may run less often than its schedule says: jitter_seconds (\(jitter)) is not below the shortest gap "
        + "between two firings (\($0) s)"
    }
    #expect(schedule.warnings(in: .utc, at: now).map(\.description) == [words].compactMap { $0 })
  }

  @Test func `what never fires again is named`() throws {
    #expect(try warnings("0 0 0 1 1 * 2020-2026") == ["it never fires again"])
    let past = Schedule(.once(now))
    #expect(
      past.warnings(in: .utc, at: now).map(\.description) == [
        "it fires no more: its execute_at \(now) is past; set enabled: false, or remove the job"
      ])
    var ended = Schedule(.interval(seconds: 60))
    ended.endTime = now
    #expect(ended.warnings(in: .utc, at: now).count == 1)
    #expect(Schedule(.reboot).warnings(in: .utc, at: now).isEmpty)
  }

  @Test(arguments: ["30 2 * * *", "*/30 * * * *"])
  func `dates that run out are told a year before`(source: String) throws {
    let zone = try #require(Zones.read("Europe/Berlin"))
    let schedule = try schedule(source)
    let lines = Set(schedule.triggers(in: zone, from: now).calendar.map(\.description))
    for years in 0...3 {
      #expect(
        schedule.warning(
          aboutGenerated: lines, in: zone, at: now.adding(days: Int64(years) * 365), scope: .system)
          == nil)
    }
    let warning = schedule.warning(
      aboutGenerated: lines, in: zone, at: now.adding(days: 5 * 365 + 330), scope: .user)
    #expect(warning?.description.hasSuffix("'ctx7-units generate --user'") == true)
    let noon = try self.schedule("0 12 * * *")
    #expect(noon.warning(aboutGenerated: [], in: zone, at: now.adding(days: 3000), scope: .system) == nil)
  }

  @Test func `the dates of an interval of days run out as well`() throws {
    let schedule = Schedule(.interval(seconds: 10 * 86_400))
    let lines = Set(schedule.triggers(in: .utc, from: now).calendar.map(\.description))
    #expect(
      schedule.warning(aboutGenerated: lines, in: .utc, at: now.adding(days: 4 * 365), scope: .system) == nil)
    #expect(
      schedule.warning(aboutGenerated: lines, in: .utc, at: now.adding(days: 5 * 365), scope: .system) != nil)
  }

  @Test(arguments: [30, 120, 330]) func `units made later in the year are the same`(days: Int64) throws {
    let zone = try #require(Zones.read("America/New_York"))
    let begin = Timestamp(seconds: CivilTime(year: 2027, month: 1, day: 2).secondsSinceEpoch)
    for schedule in [try schedule("30 1,2 * * *"), Schedule(.interval(seconds: 10 * 86_400))] {
      let early = schedule.triggers(in: zone, from: begin)
      #expect(schedule.triggers(in: zone, from: begin.adding(days: days)) == early)
    }
  }

  @Test func `the lines of a unit are those of OnCalendar`() {
    #expect(
      Schedule.calendarLines(ofUnit: "[Timer]\nOnCalendar=a\nPersistent=yes\nOnCalendar=b\n") == ["a", "b"])
  }
}
