import Ctx7Model
import Foundation
import TestSupport
import Testing

/// `ctx7-units check`, as a user meets it.
@Suite struct CheckCommandTests {
  @Test func `check names the dates on which a job is skipped, and what never fires`() async throws {
    try await Workbench.with(schedulesOfNote) { bench in
      let ended = try await bench.run("ctx7-units", "check")
      #expect(ended.status == 0)
      #expect(ended.error.contains("job 'gap': on 2027-03-28 it is skipped from 02:00 to 03:00"))
      #expect(
        ended.error.contains(
          ":8:13: warning: job 'gone': it fires no more: its execute_at 2020-01-01T00:00:00Z"))
      #expect(ended.output.hasPrefix("3 jobs, no errors, "))
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

  @Test func `check warns of a sink that has not what it needs to send`() async throws {
    let sink = "{name: hook, type: webhook, url: 'https://example.org/', secret_credential: hook-key}"
    try await Workbench.with("alerts: {sinks: [\(sink)]}") { bench in
      let warning = "sink 'hook' needs the credential hook-key: there is no "
      let before = try await bench.run("ctx7-units", "check", "--user")
      #expect(before.status == 0)
      #expect(before.error.contains(warning), "\(before.error)")
      let path = try #require(
        before.error.split(separator: "there is no ").last?.split(separator: "\n").first)
      try write("secret", to: String(path))
      #expect(try await !bench.run("ctx7-units", "check", "--user").error.contains(warning))
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
}

/// A job that the clocks skip, one that never fires again, and one without a calendar.
let schedulesOfNote = """
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
