import Ctx7Model
import Testing

/// What a timer's firing stands for.
@Suite struct MissedRunTests {
  /// 2027-03-10 00:00 UTC, a Wednesday.
  private let day = Timestamp(seconds: 1_804_636_800)

  private func at(_ hours: Double) -> Timestamp { day.adding(milliseconds: Int64(hours * 3_600_000)) }

  private func hourly(_ change: (inout Schedule) -> Void = { _ in }) throws -> Schedule {
    var schedule = Schedule(.cron(try CronExpression("0 * * * *")))
    change(&schedule)
    return schedule
  }

  @Test func `a firing on time answers for its instant alone`() throws {
    let due = try hourly().judge(
      TimerFacts(triggeredAt: at(5).adding(milliseconds: 600), activeSince: at(-10)),
      after: RunsBefore(lastDue: at(4)), in: .utc)
    #expect(due == DueFiring(scheduledFor: at(5)))
    #expect(due.missedInWords == nil)
  }

  @Test func `after a while off, one run makes up for all`() throws {
    let due = try hourly().judge(
      TimerFacts(triggeredAt: at(5.5), activeSince: at(5.5)), after: RunsBefore(lastDue: at(2)), in: .utc)
    #expect(due.scheduledFor == at(5))
    #expect(due.skip == nil)
    #expect(due.missedInWords == "3 missed, 1 made up")
  }

  @Test func `without catch_up what was missed is counted and not run`() throws {
    let due = try hourly { $0.catchUp = false }.judge(
      TimerFacts(triggeredAt: at(5.5), activeSince: at(5.5)), after: RunsBefore(lastDue: at(2)), in: .utc)
    #expect(due.skip == .missed)
    #expect(due.missedInWords == "3 missed, 0 made up")
  }

  @Test func `a machine that slept makes up as well`() throws {
    let due = try hourly().judge(
      TimerFacts(triggeredAt: at(5.5), activeSince: at(-10)), after: RunsBefore(lastDue: at(4)), in: .utc)
    #expect(due.missedInWords == "1 missed, 1 made up")
  }

  @Test func `jitter is not lateness`() throws {
    let due = try hourly { $0.jitterSeconds = 1800 }.judge(
      TimerFacts(triggeredAt: at(5.5), activeSince: at(-10)), after: RunsBefore(lastDue: at(4)), in: .utc)
    #expect(due == DueFiring(scheduledFor: at(5)))
  }

  @Test(arguments: [true, false])
  func `what was due before the enabling is dropped, and none of it was missed`(linked: Bool) throws {
    let facts =
      linked
      ? TimerFacts(triggeredAt: at(5.5), activeSince: at(5.4), linkedAt: at(5.3))
      : TimerFacts(triggeredAt: at(5.5), activeSince: at(5.5), startedAtBoot: false)
    let due = try hourly().judge(facts, after: RunsBefore(lastDue: at(-100)), in: .utc)
    #expect(due.skip == .dueBeforeEnabling)
    #expect(due.missed == 0)
    let next = try hourly().judge(
      TimerFacts(triggeredAt: at(6), activeSince: at(5.5), startedAtBoot: false),
      after: RunsBefore(lastDue: at(5)), in: .utc)
    #expect(next == DueFiring(scheduledFor: at(6)))
  }

  @Test func `what came due during the run before is skipped, and all of it counted`() throws {
    let due = try hourly().judge(
      TimerFacts(triggeredAt: at(5.5), activeSince: at(-10)),
      after: RunsBefore(lastDue: at(2), latest: at(2)...at(5.5)), in: .utc)
    #expect(due.scheduledFor == at(5))
    #expect(due.skip == .dueDuringRun)
    #expect(due.overrun == 2)
    #expect(due.missed == 0)
  }

  @Test func `where systemd defers, the instants of a long run count as skipped`() throws {
    let due = try hourly().judge(
      TimerFacts(triggeredAt: at(6), activeSince: at(-10)),
      after: RunsBefore(lastDue: at(2), latest: at(2)...at(5.5)), in: .utc)
    #expect(due.skip == nil)
    #expect(due.overrun == 3)
    #expect(due.missed == 0)
  }

  @Test func `no instant is run twice, unless the clock was set back`() throws {
    let facts = TimerFacts(triggeredAt: at(5.2), activeSince: at(-10))
    let again = try hourly().judge(facts, after: RunsBefore(lastDue: at(5)), in: .utc)
    #expect(again.skip == .alreadyRun)
    let setBack = try hourly().judge(
      TimerFacts(triggeredAt: at(5), activeSince: at(-10)), after: RunsBefore(lastDue: at(9)), in: .utc)
    #expect(setBack == DueFiring(scheduledFor: at(5)))
  }

  @Test func `nothing before start_time was missed`() throws {
    let due = try hourly { $0.startTime = day.adding(seconds: 4 * 3600) }.judge(
      TimerFacts(triggeredAt: at(5.5), activeSince: at(5.5)), after: RunsBefore(lastDue: at(1)), in: .utc)
    #expect(due.missedInWords == "2 missed, 1 made up")
  }

  @Test func `a year of missed seconds is not counted one by one`() throws {
    let schedule = Schedule(.interval(seconds: 1))
    let due = schedule.judge(
      TimerFacts(triggeredAt: at(0.0001), activeSince: at(0)), after: RunsBefore(lastDue: at(-9000)), in: .utc
    )
    #expect((10_000...10_001).contains(due.missed))
    #expect(due.missedInWords?.hasPrefix("at least 1000") == true)
  }

  @Test func `what is counted from boot is dropped when it fires because it was enabled late`() {
    let atBoot = Schedule(.reboot)
    let late = TimerFacts(triggeredAt: at(5), activeSince: at(5), startedAtBoot: false)
    #expect(atBoot.judge(late, after: RunsBefore(), in: .utc).skip == .dueBeforeEnabling)
    let boot = TimerFacts(triggeredAt: at(5), activeSince: at(5))
    #expect(atBoot.judge(boot, after: RunsBefore(), in: .utc).skip == nil)
    let counted = Schedule(.interval(seconds: 100_000))
    #expect(counted.judge(late, after: RunsBefore(), in: .utc).skip == .dueBeforeEnabling)
    let first = TimerFacts(
      triggeredAt: at(5).adding(seconds: 100_000), activeSince: at(5), startedAtBoot: false)
    #expect(counted.judge(first, after: RunsBefore(), in: .utc).skip == nil)
  }

  @Test func `a run longer than its interval is not followed by another at once`() {
    let counted = Schedule(.interval(seconds: 7))
    let facts = TimerFacts(triggeredAt: at(1).adding(milliseconds: 50), activeSince: at(-10))
    let long = RunsBefore(latest: at(1).adding(seconds: -20)...at(1))
    #expect(counted.judge(facts, after: long, in: .utc).skip == .dueDuringRun)
    let short = RunsBefore(latest: at(1).adding(seconds: -7)...at(1).adding(seconds: -6))
    #expect(counted.judge(facts, after: short, in: .utc).skip == nil)
  }
  @Test func `what a boot has started already the timer's own firing after it does not run again`() {
    let counted = Schedule(.interval(seconds: 100_000))
    let facts = TimerFacts(triggeredAt: at(1), activeSince: at(1).adding(seconds: -59))
    let resumed = RunsBefore(latest: at(1).adding(seconds: -58)...at(1).adding(seconds: -57))
    #expect(counted.judge(facts, after: resumed, in: .utc).skip == .alreadyRun)
    let yesterday = RunsBefore(latest: at(0)...at(0).adding(seconds: 1))
    #expect(counted.judge(facts, after: yesterday, in: .utc).skip == nil)
  }
}
