import Ctx7Model
import Foundation
import TestSupport
import Testing

/// `ctx7-units explain` and `next`, as a user meets them.
@Suite struct ExplainCommandTests {
  @Test(arguments: [["explain", "0 3 * * *"], ["next", "--all"]])
  func `no firings at all are not asked for`(verb: [String]) async throws {
    let refused = try await Program.run("ctx7-units", verb + ["--count", "0"])
    #expect(refused.status == 64)
    #expect(refused.error.contains("--count is 1 to"))
  }

  @Test func `explain says it in English, as lines for systemd, and when it fires`() async throws {
    let ended = try await Program.run(
      "ctx7-units",
      [
        "explain", "30 2 1,15 * mon", "--timezone", "Europe/Berlin", "--from", "2027-03-20T00:00:00Z",
        "--count", "3",
      ])
    #expect(ended.status == 0)
    #expect(
      ended.output == """
        at 02:30 on the 1st and 15th, and on Monday, Europe/Berlin time

        OnCalendar=*-*-01,15 02:30:00 Europe/Berlin
        OnCalendar=Mon *-*-* 02:30:00 Europe/Berlin

        NEXT FIRINGS (Europe/Berlin)    UTC
        Mon 2027-03-22 02:30:00 +01:00  2027-03-22T01:30:00Z
        Mon 2027-03-29 02:30:00 +02:00  2027-03-29T00:30:00Z
        Thu 2027-04-01 02:30:00 +02:00  2027-04-01T00:30:00Z

        """)
  }

  @Test func `explain points at what it does not understand`() async throws {
    let ended = try await Program.run("ctx7-units", ["explain", "0 22-2 * * *"])
    #expect(ended.status == 65)
    #expect(
      ended.error == """
        ctx7-units: hour: '22-2' runs backwards, which crons read differently; write 22-23,0-2; it takes 0 to 23, \
        for example 3, */6, 9-17
          0 22-2 * * *
            ^

        """)
  }

  @Test func `what explain does not understand moves no cursor, and the mark stays below it`() async throws {
    let ended = try await Program.run("ctx7-units", ["explain", "0\t0\n * * 9\u{1B}[31m"])
    #expect(ended.status == 65)
    let lines = ended.error.split(separator: "\n")
    #expect(lines.count == 3)
    #expect(!ended.error.unicodeScalars.contains { $0.properties.generalCategory == .control && $0 != "\n" })
  }

  @Test(arguments: [
    (
      ["CRON_TZ=Europe/Berlin 0 3 * * *", "--timezone", "UTC"], 65,
      "timezone: 'UTC', but the expression begins"
    ),
    (["@every 3d", "--from", "0000-01-01T00:00:00Z"], 64, "--from is a time with a zone, of 1970 to 2199"),
    (["@every 3d", "--from", "2200-01-01T00:00:00Z"], 64, "--from is a time with a zone, of 1970 to 2199"),
    (
      ["CRON_TZ=UTC @every 3d"], 0,
      "note: the zone has no effect: an interval has the same length in every zone"
    ),
    (["CRON_TZ=UTC 0 3 * * *", "--timezone", "UTC"], 0, ""),
  ])
  func `explain drops nothing that is given without a word`(
    arguments: [String], status: Int32, message: String
  ) async throws {
    let ended = try await Program.run("ctx7-units", ["explain"] + arguments)
    #expect(ended.status == status)
    #expect(message.isEmpty ? ended.error.isEmpty : ended.error.contains(message), "\(ended.error)")
  }

  @Test(arguments: [
    (
      #"{"cron":"0 3 * * 0","timezone":"UTC","from":"2027-01-01T00:00:00Z","count":2}"#,
      #"{"on_calendar":["Sun *-*-* 03:00:00 UTC"],"next":["2027-01-03T03:00:00Z","2027-01-10T03:00:00Z"]}"#
    ),
    (
      #"{"cron":"30 2 * * *","timezone":"Europe/Berlin","from":"2031-03-29T12:00:00Z","count":1,"clock_changes":"systemd"}"#,
      #"{"on_calendar":["*-*-* 02:30:00 Europe/Berlin"],"next":["2031-03-31T00:30:00Z"]}"#
    ),
    (
      #"{"cron":"@every 90m","from":"2027-01-01T00:00:00Z","count":1,"timezone":null}"#,
      #"{"on_calendar":["*-*-* 00,03,06,09,12,15,18,21:00:00 UTC","*-*-* 01,04,07,10,13,16,19,22:30:00 UTC"],"next":["2027-01-01T01:30:00Z"]}"#
    ),
    (
      #"{"cron":"@reboot","count":1}"#, #"{"on_calendar":[],"next":[],"on_boot_seconds":1}"#
    ),
    (
      #"{"cron":"* 24 * * *"}"#,
      #"{"error":{"field":"hour","column":3,"message":"'24' is no hour: it takes 0 to 23, for example 3, */6, 9-17"}}"#
    ),
    (
      #"{"cron":"* * * * *","timezone":"Europe/Nowhere"}"#,
      #"{"error":{"field":"timezone","column":null,"message":"there is no time zone 'Europe/Nowhere' on this host; it is an IANA name, for example Europe/Berlin"}}"#
    ),
    (
      #"{"cron":"@every 3d","from":"9999-01-01T00:00:00Z"}"#,
      #"{"error":{"field":"from","column":null,"message":"from is a time with a zone, of 1970 to 2199, for example \"2027-01-31T02:00:00Z\", not \"9999-01-01T00:00:00Z\""}}"#
    ),
    (
      #"{"cron":5}"#,
      #"{"error":{"field":"cron","column":null,"message":"cron is text, for example \"0 3 * * 0\", not 5"}}"#
    ),
    (
      #"{"cron":"#,
      #"{"error":{"field":null,"column":9,"message":"not JSON, at character 9: a value is missing"}}"#
    ),
  ])
  func `explain answers JSON lines`(line: String, answer: String) async throws {
    let ended = try await Program.run("ctx7-units", ["explain", "-"], input: line + "\n" + line)
    #expect(ended.output == answer + "\n" + answer + "\n")
    #expect(ended.status == 0)
  }

  @Test func `explain keeps the order of twenty thousand lines`() async throws {
    let input = (0..<20_000).map {
      #"{"cron":"\#($0 % 60) \#($0 % 24) * * *","timezone":"UTC","from":"2027-01-01T00:00:00Z","count":1}"#
    }
    let ended = try await Program.run("ctx7-units", ["explain", "-"], input: input.joined(separator: "\n"))
    let answers = ended.output.split(separator: "\n")
    #expect(answers.count == 20_000)
    for (index, answer) in answers.enumerated() where index % 997 == 0 {
      let text = "\((index % 24).padded):\((index % 60).padded):00 UTC"
      #expect(answer.hasPrefix(#"{"on_calendar":["*-*-* \#(text)"]"#))
    }
  }

  @Test func `next tells what it can foretell, and why not`() async throws {
    try await Workbench.with(schedulesOfNote) { bench in
      let all = try await bench.run("ctx7-units", "next", "--all", "--count", "2")
      #expect(all.output.split(separator: "\n").count == 3)
      #expect(all.error.contains("note: gone: it never fires again"))
      #expect(all.error.contains("note: counted: counted from boot and from the last run"))
      let json = try JSONValue(
        parsing: try await bench.run("ctx7-units", "next", "gap", "--count", "7", "--json").output)
      #expect(json.array?.first?["next"]?.array?.count == 7)
      #expect(json.array?.first?["timezone"] == "Europe/Berlin")
      let unknown = try await bench.run("ctx7-units", "next", "nobody")
      #expect(unknown.status == 64)
    }
  }
}

extension Int {
  fileprivate var padded: String { self < 10 ? "0\(self)" : "\(self)" }
}
