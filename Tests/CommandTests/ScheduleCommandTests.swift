import Ctx7Model
import Foundation
import TestSupport
import Testing

/// `ctx7-units explain`, `next`, `check` and `generate`, as a user meets them.
@Suite struct ScheduleCommandTests {
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

  private static let jobs = """
    jobs:
      - job_id: gap
        job_type: maintenance
        schedule:
          schedule_type: cron
          cron_expression: "CRON_TZ=Europe/Berlin 30 2 * * *"
          clock_changes: systemd
      - job_id: gone
        job_type: maintenance
        schedule: {schedule_type: once, execute_at: "2020-01-01T00:00:00Z"}
      - job_id: counted
        job_type: maintenance
        schedule: {schedule_type: cron, cron_expression: "@every 7m"}
    """

  @Test func `check names the dates on which a job is skipped, and what never fires`() async throws {
    try await Workbench.with(Self.jobs) { bench in
      let ended = try await bench.run("ctx7-units", "check")
      #expect(ended.status == 0)
      #expect(ended.error.contains("job 'gap': on 2027-03-28 it is skipped from 02:00 to 03:00"))
      #expect(
        ended.error.contains(
          ":8:13: warning: job 'gone': it fires no more: its execute_at 2020-01-01T00:00:00Z"))
      #expect(ended.output.hasPrefix("3 jobs, no errors, "))
    }
  }

  @Test func `next tells what it can foretell, and why not`() async throws {
    try await Workbench.with(Self.jobs) { bench in
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

  @Test func `check warns of what a command job names and is not there, and of files that are not read`()
    async throws
  {
    let config = """
      jobs:
        - job_id: backup
          job_type: command
          schedule: {hours: 1}
          parameters:
            argv: [/nonexistent/program]
            working_directory: /nonexistent/folder
            read_write_paths: [/nonexistent/writable, /etc]
      """
    try await Workbench.with(config) { bench in
      try write("", to: bench.directory + "/jobs.d/more.yml")
      let ended = try await bench.run("ctx7-units", "check")
      #expect(ended.status == 0)
      #expect(ended.output == "1 job, no errors, 4 warnings\n", "\(ended.error)")
      for warning in [
        "/jobs.d/more.yml:1:1: warning: the file is not read",
        ":2:13: warning: job 'backup': argv: there is no /nonexistent/program",
        "working_directory: there is no /nonexistent/folder",
        "read_write_paths: there is no /nonexistent/writable",
      ] {
        #expect(ended.error.contains(warning), "\(ended.error)")
      }
    }
  }

  /// Through a link: no test writes where units may look.
  @Test(.enabled(if: geteuid() == 0, "needs root, to check the system's jobs"))
  func `check warns of what units do not see, whoever names it and wherever links lead`() async throws {
    let config = """
      prometheus: {textfile: /tmp/ctx7.prom}
      alerts: {sinks: [{name: pager, type: command, argv: [/root/page]}, {name: gone, type: command, argv: [/no/pager]}]}
      jobs:
        - job_id: backup
          job_type: command
          schedule: {hours: 1}
          parameters: {argv: [/proc/self/root/root]}
        - job_id: loose
          job_type: command
          schedule: {hours: 1}
          parameters: {argv: [/proc/self/root/root], loosen: [ProtectHome]}
      """
    try await Workbench.with(config) { bench in
      let ended = try await bench.run("ctx7-units", "check")
      #expect(ended.output == "2 jobs, no errors, 4 warnings\n", "\(ended.error)")
      for warning in [
        "textfile: units do not see /tmp/ctx7.prom (PrivateTmp=)",
        "argv of sink 'pager': units do not see /root/page (ProtectHome=)",
        "argv of sink 'gone': there is no /no/pager",
        "job 'backup': argv: units do not see /proc/self/root/root (ProtectHome=)",
      ] {
        #expect(ended.error.contains(warning), "\(ended.error)")
      }
    }
  }

  @Test func `check tells of dates that run out whatever else there is to warn of`() async throws {
    let config = """
      jobs:
        - job_id: nightly
          job_type: maintenance
          schedule: {cron_expression: "30 2 * * *", timezone: Europe/Berlin, jitter_seconds: 86400}
      """
    try await Workbench.with(config) { bench in
      let home = ["XDG_CONFIG_HOME": bench.directory]
      #expect(try await bench.run("ctx7-units", "generate", "--user", environment: home).status == 0)
      let timer = bench.directory + "/systemd/user/ctx7-job-nightly.timer"
      let text = try String(contentsOfFile: timer, encoding: .utf8)
      try write(text.replacing(/OnCalendar=2.*\n/, with: ""), to: timer)
      let checked = try await bench.run("ctx7-units", "check", "--user", environment: home)
      #expect(checked.error.contains("it may run less often"), "\(checked.error)")
      #expect(checked.error.contains("its timer knows no date from"), "\(checked.error)")
    }
  }

  @Test func `of two that generate the later one writes what the configuration is by then`() async throws {
    func job(_ id: String) -> String {
      "jobs: [{job_id: \(id), job_type: maintenance, schedule: {hours: 1}}]\n"
    }
    try await Workbench.with(job("early")) { bench in
      let units = bench.directory + "/units"
      try FileManager.default.createDirectory(atPath: units, withIntermediateDirectories: true)
      let first = open(units, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
      defer { close(first) }
      try #require(flock(first, LOCK_EX) == 0)
      var status = stat()
      try #require(fstat(first, &status) == 0)
      let waits = try Regex("-> FLOCK .*:\(status.st_ino) ")
      let ended = try await Program.run(
        "ctx7-units", ["generate", "--output", units], environment: bench.environment
      ) { _ in
        while try String(contentsOfFile: "/proc/locks", encoding: .utf8).firstMatch(of: waits) == nil {
          try await Task.sleep(for: .milliseconds(10))
        }
        try write(job("late"), to: bench.config)
        flock(first, LOCK_UN)
      }
      #expect(ended.status == 0, "\(ended.output)")
      #expect(FileManager.default.fileExists(atPath: units + "/ctx7-job-late.timer"))
      #expect(!FileManager.default.fileExists(atPath: units + "/ctx7-job-early.timer"))
    }
  }

  @Test func `jobs whose state is where it is by default do not begin anew elsewhere`() async throws {
    try await Workbench.with("jobs: [{job_id: a, job_type: maintenance, schedule: {hours: 1}}]") { bench in
      let generate = ["generate", "--user", "--config", bench.config, "--output", bench.directory + "/units"]
      let home = ["HOME": bench.directory]
      #expect(try await Program.run("ctx7-units", generate, environment: home).status == 0)
      let moved = try await Program.run(
        "ctx7-units", generate + ["--state-dir", "/srv/x"], environment: home)
      #expect(moved.status == 78)
      let state = bench.directory + "/.local/state/ctx7"
      #expect(moved.error.contains("hint: give --state-dir \(state) as before"), "\(moved.error)")
      #expect(moved.error.contains("with 'ctx7-units remove --user'"), "\(moved.error)")
      #expect(
        try await Program.run("ctx7-units", generate + ["--state-dir", state], environment: home).status == 0)
    }
  }

  @Test func `remove forgets the jobs where their units have their state`() async throws {
    try await Workbench.with("jobs: [{job_id: a, job_type: maintenance, schedule: {hours: 1}}]") { bench in
      let home = ["XDG_CONFIG_HOME": bench.directory]
      for state in ["other", "own"] {
        let there = ["--user", "--state-dir", "\(bench.directory)/\(state)"]
        #expect(try await Program.run("ctx7-units", ["remove"] + there, environment: home).status == 0)
        #expect(
          try await Program.run(
            "ctx7-units", ["generate", "--config", bench.config] + there, environment: home
          ).status == 0)
      }
      let elsewhere = ["--user", "--state-dir", bench.directory + "/other"]
      #expect(try await Program.run("ctx7-units", ["remove"] + elsewhere, environment: home).status == 0)
      let own = try await Program.run(
        "ctx7ctl", ["status", "--json", "--user", "--state-dir", bench.directory + "/own"], environment: home)
      #expect(own.output == "[]\n")
    }
  }

  @Test func `units that another configuration has made are not removed`() async throws {
    func job(_ id: String) -> String {
      "jobs: [{job_id: \(id), job_type: maintenance, schedule: {hours: 1}}]\n"
    }
    try await Workbench.with(job("kept")) { bench in
      let units = bench.directory + "/units"
      let other = bench.directory + "/other.yaml"
      _ = try await bench.run("ctx7-units", "generate", "--output", units)
      try write(job("new"), to: other)
      let refused = try await bench.run("ctx7-units", "generate", "--output", units, "--config", other)
      #expect(refused.status == 78)
      #expect(refused.error.contains("2 units made from \(bench.config) would be removed by \(other)"))
      #expect(try FileManager.default.contentsOfDirectory(atPath: units).count == 2)
      try write(job("kept"), to: other)
      let taken = try await bench.run("ctx7-units", "generate", "--output", units, "--config", other)
      #expect(taken.status == 0)
      #expect(taken.error.contains("note: 2 units made from \(bench.config) will be those of \(other)"))
    }
  }

  @Test func `what has the name of a unit and is no file is nobody's, and in the way of its own job alone`()
    async throws
  {
    let other = "{job_id: other, job_type: maintenance, schedule: {hours: 1}}"
    try await Workbench.with("jobs: [\(other)]\n") { bench in
      let units = bench.directory + "/units"
      try FileManager.default.createDirectory(
        atPath: units + "/ctx7-job-odd.service", withIntermediateDirectories: true)
      try FileManager.default.createSymbolicLink(
        atPath: units + "/ctx7-job-odd.timer", withDestinationPath: "/nonexistent")
      let written = try await bench.run("ctx7-units", "generate", "--output", units)
      #expect(written.status == 0, "\(written.error)")
      #expect(written.output == "created 2, updated 0, unchanged 0, removed 0\n")
      try write("jobs: [\(other), \(other.replacing("other", with: "odd"))]\n", to: bench.config)
      let refused = try await bench.run("ctx7-units", "generate", "--output", units)
      #expect(refused.status == 78)
      #expect(refused.error.contains("\(units)/ctx7-job-odd."), "\(refused.error)")
      #expect(refused.error.contains(" was not made by ctx7-units"), "\(refused.error)")
    }
  }

  @Test(arguments: [true, false])
  func `init makes what everybody can read, whatever umask root has`(user: Bool) async throws {
    try await Workbench.with { bench in
      let path = bench.directory + "/fresh/ctx7.yaml"
      let made = try await Program.run(
        "/bin/sh",
        [
          "-c", #"umask 077; exec "$0" init --config "$@""#, Program.directory + "/ctx7-units", path,
        ] + (user ? ["--user"] : []))
      #expect(made.status == 0, "\(made.error)")
      // Without root the system's scope is that of hosts where it is configured.
      let isSystems = !user && (geteuid() == 0 || FileManager.default.fileExists(atPath: "/etc/ctx7"))
      for (name, mode) in [(path, 0o644), (bench.directory + "/fresh", 0o755)] {
        let attributes = try FileManager.default.attributesOfItem(atPath: name)
        #expect(attributes[.posixPermissions] as? Int == (isSystems ? mode : mode & 0o700), "\(name)")
      }
      let below = try await bench.run("ctx7-units", "init", "--config", path + "/ctx7.yaml")
      #expect(below.status == 74)
      #expect(below.error.contains("\(path) cannot be created: "), "\(below.error)")
    }
  }

  @Test func `two zones for one schedule are refused`() async throws {
    let config = Self.jobs.replacing("clock_changes: systemd", with: "timezone: Asia/Tokyo")
    try await Workbench.with(config) { bench in
      let ended = try await bench.run("ctx7-units", "check")
      #expect(ended.status == 78)
      #expect(
        ended.error.contains(
          "7:17: error: timezone: 'Asia/Tokyo', but the cron_expression begins with the zone 'Europe/Berlin'")
      )
    }
  }

  @Test func `jobs that cannot be read are not taken for jobs that are gone`() async throws {
    try await Workbench.with { bench in
      try write("not a folder", to: bench.directory + "/jobs.d")
      let checked = try await bench.run("ctx7-units", "check")
      #expect(checked.status == 78)
      #expect(checked.error.contains("/jobs.d:1:1: error: the directory cannot be read: Not a directory"))
    }
  }

  @Test func `paths of variables are made absolute, as those of options are`() async throws {
    try await Workbench.with("jobs: [{job_id: a, job_type: maintenance, schedule: {hours: 1}}]") { bench in
      let ended = try await Program.run(
        "ctx7-units", ["generate", "--output", "units"],
        environment: ["CTX7_CONFIG": "ctx7.yaml", "CTX7_STATE_DIR": "state/x"],
        workingDirectory: bench.directory)
      #expect(ended.status == 0, "\(ended.error)")
      let service = try String(contentsOfFile: bench.directory + "/units/ctx7-job-a.service", encoding: .utf8)
      let state = bench.directory + "/state/x"
      #expect(service.hasPrefix("# Generated by ctx7-units from \(bench.config), its state in \(state)."))
      #expect(service.contains("--state-dir \(state)\n"))
      // Who forgets to say where it is would begin with an empty one.
      let forgotten = try await bench.run(
        "ctx7-units", "generate", "--output", bench.directory + "/units", "--state-dir",
        bench.directory + "/other")
      #expect(forgotten.status == 78)
      #expect(forgotten.error.contains("hint: give --state-dir \(state) as before"), "\(forgotten.error)")
    }
  }
}

extension Int {
  fileprivate var padded: String { self < 10 ? "0\(self)" : "\(self)" }
}
