import Ctx7Model
import Testing

/// When a schedule fires next, where other schedulers have been wrong about it.
@Suite struct NextFiringTests {
  private func firings(_ source: String, _ count: Int, from start: String) throws -> [String] {
    let instant = try #require(Timestamp(rfc3339: start))
    let schedule = Schedule(.cron(try CronExpression(source)))
    return schedule.next(count, after: instant, in: .utc).map { String($0.description.prefix(16)) }
  }

  @Test(arguments: ["0 3 * * 0", "0 3 * * 7", "0 3 * * Sun"])
  func `Sunday is one day of the week, by either number or by name`(source: String) throws {
    let expected = ["2026-11-29T03:00", "2026-12-06T03:00", "2026-12-13T03:00"]
    #expect(try firings(source, 3, from: "2026-11-25T00:00:00Z") == expected)
  }

  @Test func `the next firing is found however far away it is`() throws {
    #expect(
      try firings("0 0 1 * *", 2, from: "2026-11-25T00:00:00Z") == ["2026-12-01T00:00", "2027-01-01T00:00"])
    #expect(try firings("0 0 31 12 *", 1, from: "2026-12-31T00:00:00Z") == ["2027-12-31T00:00"])
    // 2100 is no leap year.
    #expect(try firings("0 0 29 2 *", 1, from: "2096-03-01T00:00:00Z") == ["2104-02-29T00:00"])
  }

  @Test func `a day of the month or a day of the week is enough, as in every cron`() throws {
    let expected = ["2026-11-27T00:00", "2026-12-01T00:00", "2026-12-04T00:00"]
    #expect(try firings("0 0 1 * fri", 3, from: "2026-11-25T00:00:00Z") == expected)
  }

  @Test func `any second of a minute can be meant`() throws {
    let start = try #require(Timestamp(rfc3339: "2026-11-25T00:00:00Z"))
    let schedule = Schedule(.cron(try CronExpression("45 30 4 * * *")))
    #expect(schedule.next(after: start, in: .utc)?.description == "2026-11-25T04:30:45Z")
  }
}
