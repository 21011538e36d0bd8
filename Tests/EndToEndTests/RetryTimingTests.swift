import Foundation
import TestSupport
import Testing

/// Retries on a machine whose clocks move at once.
@Suite(.enabled(if: Machine.unavailable == nil, Comment(rawValue: Machine.unavailable ?? "")))
struct RetryTimingTests {
  private static let boot: Int64 = 1_800_000_000

  private static let configuration = """
    jobs:
      - job_id: flaky
        job_type: command
        schedule: {schedule_type: cron, cron_expression: "0 3 1 1 *"}
        retry_config:
          max_retries: 4
          retry_delay_seconds: 60
          retry_multiplier: 2
          max_retry_delay_seconds: 240
        parameters: {argv: [/bin/sh, -c, "exit 75"]}
    """

  private struct Row: Decodable {
    let status: String
    let retry_count: Int
    let started_at: String
    let completed_at: String?
    let next_attempt_at: String?
    let correlation_id: String

    static func seconds(_ text: String?) throws -> Double {
      let format = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
      return try format.parse(#require(text)).timeIntervalSince1970
    }
  }

  /// Oldest first.
  private func rows(_ machine: Machine) async throws -> [Row] {
    let text = try await machine.run("ctx7ctl history flaky --json")
    return try JSONDecoder().decode([Row].self, from: Data(text.utf8)).reversed()
  }

  /// Jumps to a second before the retry is due, and waits until it has been made.
  private func jumpToRetry(_ machine: Machine, after count: Int)
    async throws
  {
    // The settle step comes before systemd's own wait.
    try await machine.wait(until: "[ $(systemctl show -P SubState ctx7-job-flaky.service) = auto-restart ]")
    let due = try Row.seconds(try await rows(machine).last?.next_attempt_at)
    let now = try #require(Double(try await machine.run("date +%s.%N")))
    #expect(due > now)
    try await machine.run("clockjump by \(max(0, due - now - 1))")
    try await machine.wait(
      30, until: "[ $(ctx7ctl history flaky --json | grep -c completed_at.*T) -gt \(count) ]")
  }

  private func generate(_ machine: Machine) async throws {
    try await machine.write(Self.configuration, to: "/etc/ctx7/ctx7.yaml")
    try await machine.run("ctx7-units generate; systemctl start ctx7-job-flaky.service || true")
  }

  @Test(arguments: Release.tested)
  func `the retries come 60, 120 and 240 seconds apart, then as the cap says, and then no more`(
    release: Release
  ) async throws {
    try await Machine.boot(release.options(), at: Self.boot) { machine in
      try await generate(machine)
      // A start that counted as unfinished would keep a boot unfinished too.
      #expect(try await machine.run("systemctl list-jobs --no-legend") == "")
      for count in 1...4 { try await jumpToRetry(machine, after: count) }
      let rows = try await rows(machine)
      #expect(rows.map(\.status) == ["retry", "retry", "retry", "retry", "failed"])
      #expect(Set(rows.map(\.correlation_id)).count == 1)
      for (row, (next, delay)) in zip(rows, zip(rows.dropFirst(), [60.0, 120, 240, 240])) {
        let due = try Row.seconds(row.next_attempt_at)
        let planned = due - (try Row.seconds(row.completed_at))
        let late = try Row.seconds(next.started_at) - due
        #expect(abs(planned - delay) < 0.01, "retry \(next.retry_count)")
        // The start of a process on a busy machine.
        #expect((0..<10).contains(late), "retry \(next.retry_count) began \(late) s after it was due")
      }
      try await machine.wait(until: "systemctl is-failed --quiet ctx7-job-flaky.service")
      try await machine.run("clockjump by 3600; sleep 1")
      #expect(try await self.rows(machine).count == 5)
      #expect(try await machine.run("ctx7ctl dlq list").contains("flaky"))
    }
  }

  @Test(arguments: Release.tested)
  func `a reboot in the middle of a wait changes nothing about when the retry comes`(release: Release)
    async throws
  {
    let system = try await release.options()
    try await withTemporaryDirectory { state in
      var end: Int64 = 0
      try await Machine.boot(system + ["--state", state], at: Self.boot) { machine in
        try await machine.write(try resumeUnit(), to: "/usr/lib/systemd/system/ctx7-resume.service")
        try await machine.run("systemctl enable ctx7-resume.service")
        try await generate(machine)
        try await jumpToRetry(machine, after: 1)
        #expect(try await rows(machine).map(\.status) == ["retry", "retry"])
        end = try #require(Int64(try await machine.run("date +%s")))
      }
      try await Machine.boot(system + ["--state", state], at: end + 20) { machine in
        try await jumpToRetry(machine, after: 2)
        let rows = try await rows(machine)
        #expect(rows.map(\.retry_count) == [0, 1, 2])
        #expect(Set(rows.map(\.correlation_id)).count == 1)
        let late = try Row.seconds(rows[2].started_at) - Row.seconds(rows[1].next_attempt_at)
        #expect((0..<2).contains(late), "\(late)")
      }
    }
  }

  @Test(arguments: Release.tested)
  func `what a shutdown interrupts is resumed at boot`(release: Release) async throws {
    let system = try await release.options()
    try await withTemporaryDirectory { state in
      try await Machine.boot(system + ["--state", state]) { machine in
        try await machine.write(try resumeUnit(), to: "/usr/lib/systemd/system/ctx7-resume.service")
        try await machine.write(
          """
          jobs:
            - job_id: long
              job_type: command
              schedule: {schedule_type: cron, cron_expression: "0 3 1 1 *"}
              parameters: {argv: [/bin/sh, -c, "[ -e /var/lib/ctx7/begun ] || { touch /var/lib/ctx7/begun; sleep 600; }"]}
          """, to: "/etc/ctx7/ctx7.yaml")
        try await machine.run(
          """
          systemctl enable ctx7-resume.service
          ctx7-units generate
          systemctl start --no-block ctx7-job-long.service
          """)
        try await machine.wait(until: "ctx7ctl history long | grep -q running")
      }
      try await Machine.boot(system + ["--state", state]) { machine in
        try await machine.wait(until: "ctx7ctl history long | grep -q completed")
        let history = try await machine.run("ctx7ctl history long")
        #expect(history.contains("interrupted: the system was shut down"), "\(history)")
        #expect(history.contains("long_resumed_0_"))
      }
    }
  }

  @Test(arguments: Release.tested)
  func `at boot what a crash cut off is tried again, and an interval that has passed is run, once`(
    release: Release
  ) async throws {
    let system = try await release.options()
    try await withTemporaryDirectory { state in
      try await Machine.boot(system + ["--state", state], at: Self.boot) { machine in
        try await machine.write(try resumeUnit(), to: "/usr/lib/systemd/system/ctx7-resume.service")
        try await machine.write(
          """
          jobs:
            - job_id: counted
              job_type: command
              schedule: {seconds: 100000}
              parameters: {argv: [/bin/true]}
            - job_id: cut
              job_type: command
              schedule: {schedule_type: cron, cron_expression: "0 3 1 1 *"}
              parameters: {argv: [/bin/sh, -c, "[ $CTX7_RETRY_COUNT = 1 ] || sleep 600"]}
          """, to: "/etc/ctx7/ctx7.yaml")
        // As after a power cut: nobody has closed the row.
        try await machine.write(
          "[Service]\nExecStopPost=\nRestart=no\n",
          to: "/etc/systemd/system/ctx7-job-cut.service.d/test.conf")
        try await machine.run(
          """
          systemctl enable ctx7-resume.service
          ctx7-units generate
          systemctl start ctx7-job-counted.service
          systemctl start --no-block ctx7-job-cut.service
          """)
        try await machine.wait(until: "ctx7ctl running | grep -q cut")
        try await machine.run("systemctl kill --signal=KILL ctx7-job-cut.service")
      }
      try await Machine.boot(system + ["--state", state], at: Self.boot + 300_000) { machine in
        try await machine.wait(until: "[ $(ctx7ctl history --json | grep -c '\"completed\"') -ge 3 ]")
        let cut = try await machine.run("ctx7ctl history cut")
        #expect(cut.contains("the process ended without closing its execution"), "\(cut)")
        #expect(cut.contains("cut_retry_1_"))
        let said = try await machine.run("journalctl -u ctx7-resume.service -o cat")
        #expect(said.contains("cut is started: an execution was cut off"), "\(said)")
        #expect(said.contains("counted is started: its last run began 2027-01-15"), "\(said)")
        // The timer's own firing after the boot comes on top of that, and does nothing.
        try await machine.run("clockjump run 70")
        let metrics = try await machine.run("ctx7ctl metrics counted --json")
        #expect(metrics.contains("\"total_executions\": 2"), "\(metrics)")
        #expect(metrics.contains("\"skipped_firings\": 1"), "\(metrics)")
      }
    }
  }

  private func resumeUnit() throws -> String {
    try String(contentsOfFile: Project.root + "/systemd/ctx7-resume.service", encoding: .utf8)
  }
}
