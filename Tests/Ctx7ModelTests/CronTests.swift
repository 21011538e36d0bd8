import Ctx7Model
import Testing

@Suite struct CronTests {
  @Test(
    arguments: [
      ("0 3 * * 0", ["Sun *-*-* 03:00:00 UTC"]),
      ("0 3 * * 7", ["Sun *-*-* 03:00:00 UTC"]),
      ("0 3 * * sun", ["Sun *-*-* 03:00:00 UTC"]),
      ("*/15 * * * *", ["*-*-* *:00,15,30,45:00 UTC"]),
      ("30 0 3 * * *", ["*-*-* 03:00:30 UTC"]),
      ("* * * * * *", ["*-*-* *:*:* UTC"]),
      ("0 9-17/4 * jan,JUL mon-fri", ["Mon,Tue,Wed,Thu,Fri *-01,07-* 09,13,17:00:00 UTC"]),
      ("0 0 1,15 * fri", ["*-*-01,15 00:00:00 UTC", "Fri *-*-* 00:00:00 UTC"]),
      ("0 0 */2 * fri", ["Fri *-*-01,03,05,07,09,11,13,15,17,19,21,23,25,27,29,31 00:00:00 UTC"]),
      ("0 0 29 2 *", ["*-02-29 00:00:00 UTC"]),
      ("\t5  4\t* * *", ["*-*-* 04:05:00 UTC"]),
    ] as [(String, [String])])
  func `an expression becomes calendar lines`(source: String, lines: [String]) throws {
    let cron = try CronExpression(source)
    let schedule = Schedule(.cron(cron), clockChanges: .systemd)
    #expect(schedule.triggers(in: .utc, from: Timestamp(seconds: 0)).calendar.map(\.description) == lines)
  }

  @Test(arguments: [
    "", "   ", "* * * *", "* * * * * * * *", "0 3\n* * 0", "\u{0}", String(repeating: "*", count: 1001),
  ])
  func `what has the wrong number of fields is refused`(source: String) {
    #expect(throws: CronError.self) { try CronExpression(source) }
  }
}
