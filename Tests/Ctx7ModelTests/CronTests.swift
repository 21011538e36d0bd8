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
    ("60 * * * *", "minute", 1, "0 to 59"), ("* 24 * * *", "hour", 3, "0 to 23"),
    ("* * 0 * *", "day of month", 5, "1 to 31"),
    ("* * * 13 *", "month", 7, "1 to 12 or jan to dec"),
    ("* * * * 8", "day of week", 9, "0 to 7 or sun to sat"),
    ("0 0 * * fri-mon", "day of week", 9, "backwards"), ("5/15 * * * *", "minute", 1, "5-59/15"),
    ("1,,2 * * * *", "minute", 3, "0 to 59"), ("0 */0 * * *", "hour", 5, "a number from 1"),
    ("0 0 30 2 *", "day of month", 5, "never fires"), ("0 0 31 4,6 *", "day of month", 5, "never fires"),
    ("60 * * * * *", "second", 1, "0 to 59"), ("-1 * * * *", "minute", 1, "0 to 59"),
    ("0 -3 * * *", "hour", 3, "0 to 23"),
    ("٣ * * * *", "minute", 1, "0 to 59"), ("1-2-3 * * * *", "minute", 3, "0 to 59"),
    ("99999999999999999999 * * * *", "minute", 1, "0 to 59"), ("* * * jän *", "month", 7, "jan to dec"),
  ])
  func `what no cron accepts is refused with field, column and what is allowed`(
    source: String, field: String, column: Int, hint: String
  ) {
    let error = #expect(throws: CronError.self) { try CronExpression(source) }
    #expect(error?.field == field)
    #expect(error?.column == column)
    #expect(error?.message.contains(hint) == true, "\(error?.message ?? "")")
  }

  @Test(arguments: [
    "", "   ", "* * * *", "* * * * * * * *", "0 3\n* * 0", "\u{0}", String(repeating: "*", count: 1001),
  ])
  func `what has the wrong number of fields is refused`(source: String) {
    #expect(throws: CronError.self) { try CronExpression(source) }
  }
}
