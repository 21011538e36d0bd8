import Ctx7Model
import Foundation
import TestSupport
import Testing

/// What timers do on a real systemd beside firing when they should.
@Suite(.enabled(if: Machine.unavailable == nil, Comment(rawValue: Machine.unavailable ?? "")))
struct ScheduleTests {
  private func job(_ id: String, _ schedule: String) -> String {
    "  - {job_id: \(id), job_type: health_check, schedule: {\(schedule)}}\n"
  }

  @Test func `a reload and an upgrade fire nothing`() async throws {
    try await Machine.boot { machine in
      try await machine.write(
        "jobs:\n" + job("nightly", "schedule_type: cron, cron_expression: '0 3 * * *'")
          + job("counted", "days: 1, seconds: 7") + job("biweekly", "days: 14")
          + job("at-boot", "schedule_type: cron, cron_expression: '@reboot'"), to: "/etc/ctx7/ctx7.yaml")
      try await machine.run(
        """
        ctx7-units generate
        systemctl daemon-reload
        touch /usr/local/lib/systemd/system/ctx7-job-*; systemctl daemon-reload
        ctx7-units generate
        """)
      // What is counted from boot fires once when it is enabled late, and is dropped.
      try await machine.wait(until: "! systemctl list-jobs --no-legend | grep -q ctx7-job; sleep 1")
      let history = try await machine.run("ctx7ctl history")
      #expect(history == "no executions yet")
    }
  }

  @Test func `an enable after a long while does not run the job`() async throws {
    try await Machine.boot { machine in
      try await machine.write(
        "jobs:\n" + job("nightly", "schedule_type: cron, cron_expression: '0 3 * * *', timezone: UTC"),
        to: "/etc/ctx7/ctx7.yaml")
      try await machine.run(
        """
        ctx7-units generate
        systemctl disable --now ctx7-job-nightly.timer
        touch --date='3 days ago' /var/lib/systemd/timers/stamp-ctx7-job-nightly.timer
        systemctl enable --now ctx7-job-nightly.timer
        """)
      // systemd does fire it.
      try await machine.wait(
        until: "journalctl -t ctx7-job-exec -o cat | grep -q 'it was due before its timer was enabled'")
      let status = try await machine.run("ctx7ctl status --json")
      let metrics = try JSONValue(parsing: status).array?.first?["metrics"]
      #expect(metrics?["skipped_firings"] == 1)
      #expect(metrics?["missed_firings"] == 0)
      #expect(metrics?["total_executions"] == 0)
    }
  }

  @Test func `a firing that comes due while the run before goes on is skipped and counted`() async throws {
    try await Machine.boot { machine in
      try await machine.write(
        """
        jobs:
          - job_id: often
            job_type: document_refresh
            schedule: {seconds: 2}
            parameters: {skip_recent_updates: false}
        """, to: "/etc/ctx7/ctx7.yaml")
      try await machine.write("# Widgets\n", to: "/srv/docs/0.md")
      try await machine.run("ctx7-units generate")
      // While somebody else writes to the documents, a run that has fetched one waits.
      try await machine.run(
        """
        ctx7ctl documents add file:///srv/docs/0.md --technology widgets
        python3 - <<'E'
        import sqlite3, subprocess, time

        def ctl(*arguments):
            return subprocess.run(['ctx7ctl', *arguments], stdout=subprocess.PIPE).stdout

        for number in range(1, 10):
            open(f'/srv/docs/{number}.md', 'w').write('# Widgets\\n\\nA widget is a thing.\\n')
            ctl('documents', 'add', f'file:///srv/docs/{number}.md', '--technology', 'widgets')
            documents = sqlite3.connect('/var/lib/ctx7/documents.sqlite', isolation_level=None)
            documents.execute('BEGIN IMMEDIATE')
            until = time.time() + 3
            while time.time() < until:
                if b' running ' in ctl('history', 'often'):
                    time.sleep(4.5)
                    raise SystemExit
            documents.close()
        raise SystemExit('no run waited')
        E
        """)
      try await machine.wait(until: "[[ $(ctx7ctl history often | grep -c ' completed ') -ge 3 ]]")
      try await machine.run("systemctl stop ctx7-job-often.timer")
      let runs = try JSONValue(parsing: await machine.run("ctx7ctl history often --json")).array ?? []
      func time(_ run: JSONValue, _ name: String) -> Timestamp? {
        run[name]?.string.flatMap { Timestamp(rfc3339: $0) }
      }
      for run in runs {
        let start = try #require(time(run, "started_at"))
        let end = try #require(time(run, "completed_at"))
        #expect(!runs.contains { time($0, "scheduled_for").map { start < $0 && $0 < end } ?? true })
      }
      let metrics = try JSONValue(parsing: await machine.run("ctx7ctl status --json")).array?.first?[
        "metrics"]
      #expect((metrics?["skipped_firings"]?.integer ?? 0) >= 1)
      #expect(metrics?["missed_firings"] == 0)
    }
  }

  @Test func `a job that has fired for the last time is switched off until its schedule changes`()
    async throws
  {
    let rule = Project.root + "/systemd/50-ctx7.rules"
    try await Machine.boot(["--bind", "\(rule):/usr/share/polkit-1/rules.d/50-ctx7.rules"]) { machine in
      try await machine.write(
        "jobs:\n" + job("twice", "seconds: 1, max_executions: 2"), to: "/etc/ctx7/ctx7.yaml")
      try await machine.run("ctx7-units generate")
      try await machine.wait(until: "test -e /var/lib/ctx7/disabled/twice")
      let reason = try await machine.run("tail -n 1 /var/lib/ctx7/disabled/twice")
      #expect(reason == "it has run 2 times, as often as max_executions allows")
      let runs = try await machine.run("ctx7ctl history twice | grep -c ' completed '")
      #expect(runs == "2")
      let timer = "systemctl is-active ctx7-job-twice.timer"
      try await machine.wait(until: "[[ $(\(timer)) = inactive ]]")
      try await machine.write(
        "max_concurrent_jobs: 7\njobs:\n" + job("twice", "seconds: 1, max_executions: 2"),
        to: "/etc/ctx7/ctx7.yaml")
      let off = try await machine.run("ctx7-units generate; \(timer) || true")
      #expect(off.hasSuffix("inactive"))
      try await machine.write(
        "jobs:\n" + job("twice", "seconds: 1, max_executions: 3"), to: "/etc/ctx7/ctx7.yaml")
      try await machine.run("ctx7-units generate")
      try await machine.wait(until: "[[ $(ctx7ctl history twice | grep -c ' completed ') == 3 ]]")
    }
  }

  @Test
  func `an interval that no calendar has runs first one interval after it is enabled, and after a boot`()
    async throws
  {
    let start: Int64 = 1_810_000_000
    try await withTemporaryDirectory { directory in
      try await Machine.boot(["--state", directory], at: start) { machine in
        try await machine.write("jobs:\n" + job("counted", "seconds: 100000"), to: "/etc/ctx7/ctx7.yaml")
        // The machine has been up for a while.
        try await machine.run("clockjump by 3600; ctx7-units generate; clockjump run 99990")
        let early = try await machine.run("ctx7ctl history")
        #expect(early == "no executions yet")
        try await machine.run("clockjump run 20")
        let runs = try JSONValue(parsing: await machine.run("ctx7ctl history --json")).array
        #expect(runs?.count == 1)
      }
      try await Machine.boot(["--state", directory], at: start + 300_000) { machine in
        try await machine.run("clockjump run 50; clockjump run 20")
        let runs = try JSONValue(parsing: await machine.run("ctx7ctl history --json")).array
        #expect(runs?.count == 2)
        let first = runs?.first?["started_at"]?.string.flatMap { Timestamp(rfc3339: $0) }
        #expect((first?.seconds ?? 0) >= start + 300_055)
      }
    }
  }

  @Test func `two hundred timers wait for the instants that next foretells`() async throws {
    var draw = RandomCron(seed: Effort.seed)
    var expressions: [String] = []
    while expressions.count < 200 {
      let source = draw.whole()
      // What fires every few seconds would fire between the two answers.
      guard let cron = try? CronExpression(source), source.split(separator: " ").count == 5,
        Schedule(.cron(cron)).next(after: Timestamp(seconds: 1_800_000_000), in: .utc) != nil
      else { continue }
      expressions.append(source)
    }
    let zones = ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe"]
    let jobs = expressions.enumerated().map { index, source in
      job(
        "j\(index)",
        "schedule_type: cron, cron_expression: '\(source)', timezone: \(zones[index % zones.count])")
    }
    try await Machine.boot(at: 1_804_507_230) { machine in
      try await machine.write("jobs:\n" + jobs.joined(), to: "/etc/ctx7/ctx7.yaml")
      let summary = try await machine.run("ctx7-units generate")
      #expect(summary.contains("created 400"))
      let before = try await self.foretold(machine)
      let timers = try JSONValue(
        parsing: await machine.run("systemctl list-timers --all --output=json 'ctx7-job-*'"))
      let after = try await self.foretold(machine)
      let loaded = try #require(timers.array)
      #expect(loaded.count == 200)
      for timer in loaded {
        let unit = try #require(timer["unit"]?.string)
        let next = Timestamp(seconds: Int64(try #require(timer["next"]?.integer) / 1_000_000))
        #expect([before[unit], after[unit]].contains(next), "\(unit)")
      }
    }
  }

  private func foretold(_ machine: Machine) async throws -> [String: Timestamp] {
    let json = try JSONValue(parsing: await machine.run("ctx7-units next --all --count 1 --json"))
    var next: [String: Timestamp] = [:]
    for job in json.array ?? [] {
      next[try #require(job["timer"]?.string)] = job["next"]?.array?.first?.string.flatMap {
        Timestamp(rfc3339: $0)
      }
    }
    return next
  }
}
