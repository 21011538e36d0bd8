import Ctx7Model
import Foundation
import TestSupport
import Testing

/// Texts that are no cron expression, and what is said of them.
@Suite struct CronRefusalTests {
  /// field | column | part of the message | expression
  private static let table = """
    minute|1|is no minute: it takes 0 to 59|60 * * * *
    minute|1|is no minute: it takes 0 to 59|-1 * * * *
    minute|1|is no minute|a * * * *
    minute|1|is no minute|1x * * * *
    minute|1|is no minute|+5 * * * *
    minute|1|is no minute|1.5 * * * *
    minute|1|is no minute|100 * * * *
    minute|1|is no minute|0x5 * * * *
    minute|1|is no minute|99999999999999999999 * * * *
    minute|1|is no minute|٣ * * * *
    minute|1|is no minute|５ * * * *
    minute|1|is no minute|** * * * *
    minute|1|is no minute|*5 * * * *
    minute|1|is no minute|jan * * * *
    minute|1|is no minute|L * * * *
    minute|1|is no minute|5W * * * *
    minute|1|is no minute|1#2 * * * *
    minute|1|'?' stands for '*' in a day field alone|? * * * *
    minute|3|a value is missing|1, * * * *
    minute|3|a value is missing|1,,2 * * * *
    minute|1|a value is missing|,1 * * * *
    minute|1|a value is missing|/5 * * * *
    minute|3|'0' is no step|*/0 * * * *
    minute|3|'' is no step|*/ * * * *
    minute|3|'-5' is no step|*/-5 * * * *
    minute|3|'a' is no step|*/a * * * *
    minute|3|'5/5' is no step|*/5/5 * * * *
    minute|3|'1.5' is no step|*/1.5 * * * *
    minute|3|'99999999999' is no step|*/99999999999 * * * *
    minute|1|write 5-59/15|5/15 * * * *
    minute|1|write 0-59/15|0/15 * * * *
    minute|3|write 7-59/2|1,7/2 * * * *
    minute|5|write 30-59/5|0-9,30/5 * * * *
    minute|1|write 50-59,0-10|50-10 * * * *
    minute|1|write 59,0|59-0 * * * *
    minute|1|write 50,0,10|50-10/10 * * * *
    minute|1|is no minute|60-10 * * * *
    minute|3|is no minute|0-60 * * * *
    minute|3|is no minute|1-2-3 * * * *
    minute|1|'-' is no minute|- * * * *
    minute|3|a value is missing|5- * * * *
    minute|1|write H(0-29)|H(0-29 * * * *
    minute|1|write H(low-high)|H() * * * *
    minute|1|write H(low-high)|H(30-10) * * * *
    minute|1|write H(low-high)|H(0-60) * * * *
    minute|1|write H(low-high)|H(5) * * * *
    minute|3|is no step|H/0 * * * *
    minute|1|is no minute|HH * * * *
    minute|1|write 10~30|30~10 * * * *
    minute|1|is no minute|60~61 * * * *
    minute|4|is no minute|10~60 * * * *
    hour|3|is no hour: it takes 0 to 23|* 24 * * *
    hour|3|is no hour|0 -3 * * *
    hour|3|is no hour|0 3am * * *
    hour|3|is no hour|0 03:00 * * *
    hour|5|'0' is no step|0 */0 * * *
    hour|3|write 22-23,0-2|0 22-2 * * *
    hour|3|write 23,0|0 23-0 * * *
    hour|3|write 22,0,2|0 22-2/2 * * *
    hour|3|write 8-23/4|0 8/4 * * *
    hour|3|'?' stands for '*'|0 ? * * *
    hour|3|is no hour|0 noon * * *
    day of month|5|is no day of month: it takes 1 to 31|* * 0 * *
    day of month|5|is no day of month|0 0 32 * *
    day of month|7|is no day of month|0 0 1-32 * *
    day of month|5|write 28-31,1-3|0 0 28-3 * *
    day of month|5|write 31,1-2|0 0 31-2 * *
    day of month|5|write 1-31/7|0 0 1/7 * *
    day of month|5|no day with W|0 0 0W * *
    day of month|5|no day with W|0 0 32W * *
    day of month|5|no day with W|0 0 W * *
    day of month|5|is no day of month|0 0 W15 * *
    day of month|5|no day with W|0 0 xW * *
    day of month|7|is no day of month|0 0 1-5W * *
    day of month|5|write L, L-1 to L-30, or LW|0 0 L-0 * *
    day of month|5|write L, L-1 to L-30, or LW|0 0 L-31 * *
    day of month|5|write L, L-1 to L-30, or LW|0 0 L- * *
    day of month|5|write L, L-1 to L-30, or LW|0 0 L3 * *
    day of month|5|write L, L-1 to L-30, or LW|0 0 LL * *
    day of month|5|write L, L-1 to L-30, or LW|0 0 last * *
    day of month|7|is no day of month|0 0 1-L * *
    day of month|5|'?' stands|0 0 ?? * *
    day of month|5|is no day of month|0 0 mon * *
    day of month|5|is no day of month|0 0 1st * *
    day of month|5|never fires|0 0 30 2 *
    day of month|5|never fires|0 0 31 2 *
    day of month|5|never fires|0 0 31 4,6,9,11 *
    day of month|5|never fires|0 0 30W 2 *
    day of month|5|never fires|0 0 L-29 2 *
    day of month|5|never fires|0 0 */31 2 5L
    day of month|7|never fires|0 0 0 29 2 * 2027
    day of month|7|never fires|0 0 0 29 2 ? 2026-2027
    month|7|is no month: it takes 1 to 12 or jan to dec|* * * 0 *
    month|7|is no month|* * * 13 *
    month|7|is no month|* * * jän *
    month|7|is no month|* * * janu *
    month|7|is no month|* * * ja *
    month|7|is no month|* * * mon *
    month|11|is no month|* * * jan-foo *
    month|7|write 11-12,1-3|0 0 1 nov-mar *
    month|7|write 12,1|0 0 1 dec-jan *
    month|7|write 11,1,3|0 0 1 11-3/2 *
    month|7|write 2-12/3|0 0 1 2/3 *
    month|7|write 2-12/3|0 0 1 feb/3 *
    month|7|'?' stands|0 0 1 ? *
    month|7|is no month|0 0 1 L *
    day of week|9|is no day of week: it takes 0 to 7 or sun to sat|* * * * 8
    day of week|9|is no day of week|* * * * -1
    day of week|9|is no day of week|* * * * jan
    day of week|9|is no day of week|* * * * mo
    day of week|9|is no day of week|* * * * thurs
    day of week|9|is no day of week|* * * * montag
    day of week|9|write 5-6,0-1|0 0 * * fri-mon
    day of week|9|write 5-6,0-1|0 0 * * 5-1
    day of week|9|write 6,0-1|0 0 * * sat-mon
    day of week|9|write 0-2|0 0 * * 7-2
    day of week|9|write 0-3/2|0 0 * * 7-3/2
    day of week|9|write 5,0,2|0 0 * * fri-tue/2
    day of week|9|write 1-6/2|0 0 * * mon/2
    day of week|9|write 5L or friL|0 0 * * L
    day of week|9|is no day of week|0 0 * * L5
    day of week|9|write 5L or friL|0 0 * * 8L
    day of week|9|write 5L or friL|0 0 * * janL
    day of week|11|write #1 to #5|0 0 * * 5#0
    day of week|11|write #1 to #5|0 0 * * 5#6
    day of week|13|write #1 to #5|0 0 * * fri#
    day of week|11|write #1 to #5|0 0 * * 1#x
    day of week|9|is no day of week|0 0 * * #2
    day of week|9|is no day of week|0 0 * * 8#2
    day of week|13|is no day of week|0 0 * * mon-fri#2
    day of week|9|write 5-6/2|0 0 * * 5/2
    day of week|9|is no day of week|0 0 * * 15W
    day of week|11|is no day of week|0 0 * * *,b
    second|1|is no second: it takes 0 to 59|60 * * * * *
    second|1|is no second|x 0 0 * * *
    second|1|write 5-59/15|5/15 0 0 * * *
    second|1|'?' stands|? 0 0 * * *
    minute|3|is no minute|0 60 * * * *
    hour|5|is no hour|0 0 24 * * *
    year|13|is no year: it takes 1970 to 2199|0 0 0 1 1 * 1969
    year|13|is no year|0 0 0 1 1 * 2200
    year|13|is no year|0 0 0 1 1 * 27
    year|13|write 2024-2199/2|0 0 0 1 1 * 2024/2
    year|13|runs backwards|0 0 0 1 1 * 2030-2027
    year|13|'?' stands|0 0 0 1 1 * ?
    -|1|it has 4 fields; write 5|* * * *
    -|1|it has 1 field|xyz
    -|1|it has 8 fields|* * * * * * * *
    -|1|it has 0 fields|
    -|1|is no macro; the macros are @yearly|@reboots
    -|1|is no macro|@daily 5
    -|1|is no macro|@every
    -|3|is no macro|  @never
    interval|8|write days, hours, minutes and seconds|@every Xm
    interval|8|write days|@every 0s
    interval|8|write days|@every -5m
    interval|8|write days|@every 90
    interval|8|write days|@every 1.5h
    interval|8|write days|@every 99999d
    interval|10|write days|@every 5m3
    time zone|9|is no IANA name|CRON_TZ=/etc/passwd 0 0 * * *
    time zone|4|is no IANA name|TZ= 0 0 * * *
    time zone|9|is no IANA name|CRON_TZ=Europe//Berlin 0 0 * * *
    time zone|4|is no IANA name|TZ=Europe/Berlin/ 0 0 * * *
    minute|1|no step follows '1~5'|1~5/2 0 * * *
    day of month|5|no step follows 'L'|0 0 L/2 * *
    day of month|5|no step follows '15W'|0 0 15W/2 * *
    day of month|5|no step follows '?'|0 0 ?/2 * *
    day of week|9|no step follows 'fri#2'|0 0 * * fri#2/2
    day of week|9|write 1~6|0 0 * * sat~mon
    minute|1|'?' is no minute|?/2 * * * *
    hour|28|is no hour|CRON_TZ=Europe/Berlin    0 24 * * *
    """

  @Test func `every refusal names field and column, and says what is right`() throws {
    let rows = Self.table.split(separator: "\n").map {
      $0.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
    }
    #expect(rows.count >= 150)
    for row in rows {
      let error = #expect(throws: CronError.self, "\(row[3])") { try CronSpec(row[3]) }
      guard let error else { continue }
      #expect((error.field ?? "-") == row[0], "\(row[3]): \(error)")
      #expect("\(error.column)" == row[1], "\(row[3]): \(error)")
      #expect(error.message.contains(row[2]), "\(row[3]): \(error)")
      #expect(error.message.contains("for example"), "\(row[3]): \(error)")
    }
  }

  @Test func `what a refusal suggests is accepted`() throws {
    for (source, column) in [
      ("50-10 * * * *", 0), ("0 22-2 * * *", 1), ("0 0 28-3 * *", 2), ("0 0 1 nov-mar *", 3),
      ("0 0 * * fri-mon", 4), ("0 0 * * 7-2", 4), ("0 0 * * fri-tue/2", 4), ("5/15 * * * *", 0),
    ] {
      let error = #expect(throws: CronError.self) { try CronExpression(source) }
      let message = try #require(error?.message)
      let start = try #require(message.range(of: "write ")).upperBound
      var fields = source.split(separator: " ").map(String.init)
      fields[column] = String(message[start...].prefix { $0 != ";" })
      #expect(throws: Never.self) { try CronExpression(fields.joined(separator: " ")) }
    }
  }

  @Test(arguments: [
    ("0 0 * * fri-sun", "0 0 * * 5-7"), ("0 0 * * sat-0", "0 0 * * 0,6"), ("0 0 * * 1-7", "0 0 * * *"),
    ("0 0 * * SUNDAY", "0 0 * * 0"), ("0 0 ? * ?", "0 0 * * *"), ("0 */90 * * *", "0 0 * * *"),
    ("0 0 l * *", "0 0 L * *"), ("0 0 * * fril", "0 0 * * 5L"), ("0 0 29 FEBRUARY *", "0 0 29 2 *"),
    ("@weekly", "0 0 * * 0"), ("@annually", "0 0 1 1 *"), ("0 0 0 * * *", "0 0 * * *"),
  ])
  func `spellings that every cron reads alike are the same`(one: String, other: String) throws {
    let start = Timestamp(seconds: 1_800_000_000)
    func firings(_ source: String) throws -> [Timestamp] {
      Schedule(try CronSpec(source).recurrence).next(40, after: start, in: .utc)
    }
    #expect(try firings(one) == firings(other))
  }

  @Test(arguments: ["0 0 * * fri~sun", "0 0 * * H(fri-sun)", "0 0 * * 5~7"])
  func `Sunday ends a range to pick from, as it ends one of days`(source: String) throws {
    let picked = Set(
      try (0..<50).map { number in
        let job: JobID = try #require(JobID(rawValue: "job-\(number)"))
        return try CronExpression(source, for: job).inEnglish
      })
    #expect(picked == ["at 00:00 on Friday", "at 00:00 on Saturday", "at 00:00 on Sunday"])
  }

  @Test(arguments: [
    ("0 0 1-31 * 1", "at 00:00"), ("0 0 15 * 0-6", "at 00:00"), ("0 0 1-31 * 0-6", "at 00:00"),
    ("0 0 1-31 2 1", "at 00:00 in February"), ("0 0 * * 1", "at 00:00 on Monday"),
    ("0 0 15 * *", "at 00:00 on the 15th"), ("0 0 */1 * 1", "at 00:00 on Monday"),
    ("0 0 15 * 1", "at 00:00 on the 15th, and on Monday"),
  ])
  func `a day field that is full and no star leaves no day out, in English too`(source: String, words: String)
    throws
  {
    let cron = try CronExpression(source)
    #expect(cron.inEnglish == words)
    let january = Timestamp(seconds: 1_798_761_599)
    let isDaily = !words.contains(" on ") && !words.contains(" in ")
    let next = Schedule(.cron(cron)).next(31, after: january, in: .utc)
    #expect((next.last == january.adding(milliseconds: (30 * 86_400 + 1) * 1000)) == isDaily)
  }

  @Test func `H is the same for a job at all times, and different among jobs`() throws {
    func minute(_ id: String) throws -> String {
      let job: JobID = try #require(JobID(rawValue: id))
      let cron = try CronExpression("H H(1-4) * * *", for: job)
      return Schedule(.cron(cron), clockChanges: .systemd).triggers(in: .utc, from: Timestamp(seconds: 0))
        .calendar.map(\.description).joined()
    }
    // Another hash would move everybody's jobs.
    #expect(try minute("nightly") == "*-*-* 03:53:00 UTC")
    let ids = (0..<200).map { "job-\($0)" }
    #expect(Set(try ids.map(minute)).count > 120)
  }
}

/// Any input at all.
@Suite struct FuzzTests {
  @Test func `no text crashes the parser or the translator, or keeps them busy for long`() {
    var random = SeededGenerator(seed: Effort.seed)
    var draw = RandomCron(seed: Effort.seed)
    let alphabet = Array("0123456789*/-,?LW#H~()@ \tabcdefghijklmnopqrstuvwxyzFRIMON=é\u{0}\n🎉")
    let zone = Zones.read("Europe/Berlin") ?? .utc
    let clock = ContinuousClock()
    let end = clock.now + .seconds(Effort.cases(2, prove: 60))
    var parsed = 0
    var slowest = Duration.zero
    while clock.now < end {
      var text = Array(draw.whole())
      for _ in 0..<Int.random(in: 0...4, using: &random) {
        let index = Int.random(in: 0...text.count, using: &random)
        switch Int.random(in: 0...2, using: &random) {
        case 0 where index < text.count: text.remove(at: index)
        case 1 where index < text.count: text[index] = alphabet.randomElement(using: &random) ?? "*"
        default: text.insert(alphabet.randomElement(using: &random) ?? "*", at: index)
        }
      }
      let start = Self.cpuTime
      if let spec = try? CronSpec(String(text)) {
        parsed += 1
        let schedule = Schedule(spec.recurrence)
        let now = Timestamp(seconds: Int64.random(in: 0...7_000_000_000, using: &random))
        _ = schedule.triggers(in: zone, from: now).calendar.map(\.description)
        _ = schedule.next(3, after: now, in: zone)
        _ = schedule.instant(before: now, in: zone)
      }
      slowest = max(slowest, Self.cpuTime - start)
    }
    #expect(parsed > 100)
    // Unoptimised; what would never end takes longer than this.
    #expect(slowest < .milliseconds(500), "\(slowest)")
  }

  /// Of this thread, which others on the machine do not lengthen.
  private static var cpuTime: Duration {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
  }
}
