import Ctx7Model
import TestSupport
import Testing

/// Clocks that are set forward in ways on which systemd's search would fail: from the middle of an hour, and out of a
/// daylight saving time that is in winter.
@Suite struct OddGapTests {
  @Test(arguments: ["50 * * * *", "50 2 * * *", "50 3 * * *", "*/5 2-4 * * sun", "0,44,46 2,3 24-30 9 *"])
  func `no line makes systemd give up, and their union is cron's`(source: String) async throws {
    // The Thursday before 2029-09-30.
    try await check(source, "Pacific/Chatham", Timestamp(seconds: 1_885_204_800))
  }

  @Test(arguments: [
    "52 1,3,21-23 10-31 3,10 *", "*/5 * * * *", "30 1 * * *", "30 0,1,2 31 3 *", "0 1 * * sun",
  ])
  func `no day is lost where summer time is the standard`(source: String) async throws {
    // The Thursday before 2030-03-31.
    try await check(source, "Europe/Dublin", Timestamp(seconds: 1_900_886_400))
  }

  @Test(arguments: ["45 2-4 * * *", "*/20 1,2,3 * 3 *"])
  func `no firing is lost where clocks are set forward by two hours`(source: String) async throws {
    // The Thursday before 2028-03-26.
    try await check(source, "Antarctica/Troll", Timestamp(seconds: 1_837_641_600))
  }

  private func check(_ source: String, _ name: String, _ base: Timestamp) async throws {
    let zone = try #require(Zones.read(name))
    let schedule = Schedule(.cron(try CronExpression(source)))
    let triggers = schedule.triggers(in: zone, from: base)
    let ended = try await Program.run(
      "systemd-analyze",
      ["calendar", "--iterations=2000", "--base-time=@\(base.seconds)"]
        + triggers.calendar.map(\.description),
      environment: ["TZ": "UTC"])
    #expect(ended.error == "")
    #expect(ended.status == 0)
    let end = base.adding(days: 6)
    var systemd: Set<Timestamp> = []
    for line in ended.output.split(separator: "\n") {
      let words = line.split(separator: " ")
      guard words.count > 3, line.contains("Iter. #") || line.contains("Next elapse"), words.last == "UTC",
        let instant = Timestamp(rfc3339: "\(words[words.count - 3])T\(words[words.count - 2])Z")
      else { continue }
      if instant < end { systemd.insert(instant) }
    }
    let expected = BruteForceCron(source).firings(from: base.seconds + 60, to: end.seconds, in: zone)
    #expect(systemd.map(\.seconds).sorted() == expected)
    #expect(schedule.next(2000, after: base, in: zone).filter { $0 < end }.map(\.seconds) == expected)
  }
}
