import Ctx7Model
import Testing

@Suite struct IntervalTests {
  let base = Timestamp(seconds: 1_795_489_200)

  @Test(arguments: [
    1, 2, 7, 10, 30, 60, 90, 300, 3600, 5400, 7200, 43_200, 86_400, 172_800, 259_200, 604_800, 1_209_600,
  ])
  func `firings of an interval that a calendar expresses are that far apart`(seconds: Int) throws {
    let triggers = Schedule(.interval(seconds: seconds)).triggers(in: .utc, from: base)
    guard 86_400 % seconds == 0 || seconds % 86_400 == 0 else {
      #expect(triggers.calendar.isEmpty)
      #expect(triggers.intervalSeconds == seconds)
      return
    }
    #expect(triggers.intervalSeconds == nil)
    var last = try #require(triggers.next(after: base, in: .utc))
    for _ in 0..<50 {
      let next = try #require(triggers.next(after: last, in: .utc))
      #expect(next.seconds - last.seconds == Int64(seconds))
      last = next
    }
  }

  @Test(arguments: [1_000, 2_290, 3_300, 3_650])
  func `an interval of years has its next day, however far away`(days: Int) throws {
    let schedule = Schedule(.interval(seconds: days * 86_400))
    let next = try #require(schedule.triggers(in: .utc, from: base).next(after: base, in: .utc))
    #expect(next.seconds % Int64(days * 86_400) == 0)
    #expect(next > base && next <= base.adding(days: Int64(days)))
  }

  @Test func `once is one line in UTC, and never fires again`() throws {
    let schedule = Schedule(.once(base))
    #expect(
      schedule.triggers(in: .utc, from: base).calendar.map(\.description) == ["2026-11-24 03:00:00 UTC"])
    #expect(schedule.next(after: base.adding(seconds: -1), in: .utc) == base)
    #expect(schedule.next(after: base, in: .utc) == nil)
  }

  @Test(arguments: [
    (1, "every second"), (90, "every 90 seconds"), (300, "every 5 minutes"), (3600, "every hour"),
    (172_800, "every 2 days"),
  ])
  func `intervals read as words`(seconds: Int, words: String) {
    #expect(Schedule(.interval(seconds: seconds)).inWords == words)
  }
}
