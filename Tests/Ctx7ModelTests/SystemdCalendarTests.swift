import Ctx7Model
import TestSupport
import Testing

/// The engine against `systemd-analyze calendar`.
@Suite struct SystemdCalendarTests {
  private static let zones = [
    "UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Cairo", "America/Havana",
    "America/Santiago", "Asia/Beirut", "Atlantic/Azores", "Asia/Kathmandu", "Africa/Casablanca", "Asia/Gaza",
    "Pacific/Apia", "Antarctica/Troll", "Europe/Dublin", "America/Sao_Paulo", "Asia/Tehran",
    "Pacific/Chatham", "America/St_Johns", "Asia/Tokyo",
  ]
  private static let iterations = 6

  @Test func `systemd fires the emitted lines when the engine says`() async throws {
    var draw = RandomCron(seed: Effort.seed)
    let zones = Self.zones.compactMap(Zones.read)
    #expect(zones.count == 20)
    for _ in 0..<Effort.cases(25, prove: 1000) {
      let base = Timestamp(seconds: Int64.random(in: 1_700_000_000...1_950_000_000, using: &draw.random))
      var lines: [(line: CalendarLine, zone: ZoneRules)] = []
      var expressions = 0
      while expressions < 20 {
        guard let cron = try? CronExpression(draw.whole()),
          let zone = zones.randomElement(using: &draw.random)
        else { continue }
        expressions += 1
        let triggers = Schedule(.cron(cron)).triggers(in: zone, from: base)
        lines += triggers.calendar.map { ($0, $0.description.hasSuffix(" UTC") ? .utc : zone) }
      }
      let systemd = try await firings(of: lines.map(\.line.description), from: base)
      #expect(systemd.count == lines.count)
      for ((line, zone), expected) in zip(lines, systemd) {
        let triggers = TimerTriggers(calendar: [line])
        var engine: [String] = []
        var last = base
        while engine.count < Self.iterations, let next = triggers.next(after: last, in: zone) {
          engine.append(Self.text(next))
          last = next
        }
        #expect(engine == expected, "\(line) from \(base)")
      }
    }
  }

  /// What systemd says of each line, in UTC.
  private func firings(of lines: [String], from base: Timestamp) async throws -> [[String]] {
    let ended = try await Program.run(
      "systemd-analyze",
      ["calendar", "--iterations=\(Self.iterations)", "--base-time=@\(base.seconds)"] + lines,
      environment: ["TZ": "UTC"])
    #expect(ended.status == 0, "\(ended.error)")
    var firings: [[String]] = []
    for line in ended.output.split(separator: "\n") {
      let parts = line.split(separator: ":", maxSplits: 1).map { $0.drop { $0 == " " } }
      switch parts.first {
      case "Normalized form", "Original form":
        // A form that is not normal is printed as well, before the normal one.
        if parts[0] == "Normalized form" { firings.append([]) }
      case "Next elapse" where parts[1] != "never", "Iter. #2", "Iter. #3", "Iter. #4", "Iter. #5",
        "Iter. #6":
        firings[firings.count - 1].append(String(parts[1]))
      default: break
      }
    }
    return firings
  }

  /// `Sun 2026-11-01 04:15:00 UTC`
  private static func text(_ instant: Timestamp) -> String {
    let civil = CivilTime(secondsSinceEpoch: instant.seconds)
    let weekday = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"][civil.weekday]
    let text = instant.description
    return "\(weekday) \(text.prefix(10)) \(text.dropFirst(11).dropLast()) UTC"
  }
}
