import TestSupport
import Testing

/// What is left behind when an execution does not end by itself.
@Suite(.enabled(if: Machine.unavailable == nil, Comment(rawValue: Machine.unavailable ?? "")))
struct StoppingTests {
  /// A job that works until it is stopped: its source takes connections and never answers.
  private func withSlowJob(_ body: @Sendable (Machine) async throws -> Void) async throws {
    try await Machine.boot { machine in
      try await machine.write(
        """
        fetch: {allow_private_hosts: true}
        jobs:
          - job_id: slow
            job_type: document_refresh
            schedule: {schedule_type: cron, cron_expression: "0 3 * * 0"}
            retry_config: {max_retries: 0}
        """, to: "/etc/ctx7/ctx7.yaml")
      try await machine.run(
        """
        ctx7-units generate
        systemd-run --quiet --unit=slow-server --socket-property=ListenStream=127.0.0.1:8099 sleep 600
        ctx7ctl documents add http://127.0.0.1:8099/llms.txt --technology slow
        systemctl start --no-block ctx7-job-slow.service
        """)
      try await machine.wait(until: "systemctl show -P StatusText ctx7-job-slow.service | grep -q .")
      try await body(machine)
    }
  }

  @Test func `systemctl status shows how far a running job is`() async throws {
    try await withSlowJob { machine in
      let status = try await machine.answer("systemctl status ctx7-job-slow.service")
      #expect(status.text.contains("Status: \""))
      #expect(status.text.contains("slow-docs"))
      let history = try await machine.run("ctx7ctl history slow")
      #expect(history.contains("running"))
    }
  }

  @Test func `systemctl status says what a job waits for`() async throws {
    try await Machine.boot { machine in
      try await machine.write(
        """
        max_concurrent_jobs: 1
        jobs:
          - job_id: long
            job_type: command
            schedule: {schedule_type: cron, cron_expression: "0 3 1 1 *"}
            parameters: {argv: [/bin/sleep, "600"]}
          - job_id: flaky
            job_type: command
            schedule: {schedule_type: cron, cron_expression: "0 3 1 1 *"}
            retry_config: {retry_delay_seconds: 1, retry_multiplier: 10}
            parameters: {argv: [/bin/sh, -c, "exit 75"]}
        """, to: "/etc/ctx7/ctx7.yaml")
      let status = "systemctl show -P StatusText ctx7-job-flaky.service"
      try await machine.run("ctx7-units generate; systemctl start --no-block ctx7-job-long.service")
      try await machine.wait(until: "ctx7ctl running | grep -q long")
      try await machine.run("systemctl start --no-block ctx7-job-flaky.service")
      try await machine.wait(
        until:
          "[[ $(\(status)) == 'waiting for one of 1 slots (max_concurrent_jobs), 0 ahead in the queue' ]]")
      #expect(try await machine.run("ctx7ctl history flaky").contains("pending"))
      // The second retry is due ten seconds after the first; systemd waits for one of them.
      try await machine.run("systemctl stop ctx7-job-long.service")
      try await machine.wait(until: "[[ $(\(status)) == 'waiting for retry 2 of 3, due '* ]]")
      // The process that waits is stopped, and must not say that nobody has meant it.
      #expect(try await machine.run("ctx7ctl cancel flaky").hasSuffix(" is called off"))
      #expect(try await machine.run("ctx7ctl history flaky").contains("(its retry was cancelled)"))
      try await machine.write(
        """
        jobs:
          - job_id: inline
            job_type: command
            schedule: {schedule_type: cron, cron_expression: "0 3 1 1 *"}
            retry_config: {max_retries: 1, retry_delay_seconds: 1}
            parameters: {argv: [/bin/sh, -c, "exit 75"]}
        """, to: "/etc/ctx7/jobs.d/inline.yaml")
      // The log goes to the journal; who waits at a terminal is told why.
      let inline = try await machine.answer("ctx7-job-exec --job inline --retry inline 2>&1")
      let reasons = inline.text.split(separator: "\n").filter { $0.contains("(exit status 75)") }
      #expect(reasons.count == 2, "\(inline.text)")
      #expect(reasons.first?.contains("; retry 1 of 1 is due ") == true, "\(inline.text)")
    }
  }

  @Test func `systemctl stop leaves a cancelled execution and no failed unit`() async throws {
    try await withSlowJob { machine in
      try await machine.run("systemctl stop ctx7-job-slow.service")
      let history = try await machine.run("ctx7ctl history slow")
      #expect(history.contains("cancelled"))
      let failed = try await machine.run(
        "systemctl list-units --failed --no-legend 'ctx7-*'; systemctl show -P Result ctx7-job-slow.service")
      #expect(failed == "success")
    }
  }

  @Test func `a stop that is not heeded leaves a cancelled execution too`() async throws {
    try await withSlowJob { machine in
      try await machine.write(
        """
        [Service]
        TimeoutStopSec=1s
        ExecStart=
        ExecStart=/bin/sh -c "trap '' TERM; touch /var/lib/ctx7/deaf; sleep 600"
        """, to: "/etc/systemd/system/ctx7-job-slow.service.d/deaf.conf")
      try await machine.run(
        """
        systemctl stop ctx7-job-slow.service
        systemctl daemon-reload
        systemctl start --no-block ctx7-job-slow.service
        """)
      try await machine.wait(until: "[ -e /var/lib/ctx7/deaf ]")
      let history = try await machine.run("systemctl stop ctx7-job-slow.service; ctx7ctl history slow --json")
      #expect(history.contains("killed since it did not end within TimeoutStopSec"), "\(history)")
      #expect(!history.contains("\"status\": \"failed\""), "\(history)")
      try await machine.run(
        """
        rm /var/lib/ctx7/deaf
        sed -i s/TimeoutStopSec=1s/TimeoutStopSec=60s/ /etc/systemd/system/ctx7-job-slow.service.d/deaf.conf
        systemctl daemon-reload
        systemctl start --no-block ctx7-job-slow.service
        """)
      try await machine.wait(until: "[ -e /var/lib/ctx7/deaf ]")
      let killed = try await machine.run(
        """
        systemctl stop --no-block ctx7-job-slow.service
        systemctl kill --signal=KILL ctx7-job-slow.service
        systemctl stop ctx7-job-slow.service
        ctx7ctl history slow --json
        """)
      #expect(killed.contains("stopped, and killed by signal KILL before it had ended"), "\(killed)")
      #expect(!killed.contains("\"status\": \"failed\""), "\(killed)")
    }
  }

  @Test func `ctx7ctl cancel stops what runs of a job, whoever started it`() async throws {
    try await withSlowJob { machine in
      #expect(try await machine.run("ctx7ctl cancel slow").hasSuffix(" is stopped"))
      #expect(try await machine.run("systemctl show -P ActiveState ctx7-job-slow.service") == "inactive")
      #expect(try await machine.run("ctx7ctl history slow").contains("cancelled"))
      #expect(try await machine.run("ctx7ctl cancel slow") == "nothing of slow runs or waits for a retry")
      try await machine.run("systemd-run --quiet --unit=by-hand --uid=ctx7 ctx7-job-exec --job slow")
      try await machine.wait(until: "ctx7ctl history slow | grep -q running")
      try await machine.run("ctx7ctl cancel slow")
      try await machine.wait(until: "(( $(ctx7ctl history slow | grep -c cancelled) == 2 ))")
    }
  }

  @Test func `a run after a retry was called off is a run, though systemd counts on`() async throws {
    try await Machine.boot { machine in
      try await machine.write(
        """
        jobs:
          - job_id: flaky
            job_type: command
            schedule: {schedule_type: cron, cron_expression: "0 3 1 1 *"}
            retry_config: {max_retries: 3, retry_delay_seconds: 2}
            parameters: {argv: [/bin/sh, -c, "exit 75"]}
        """, to: "/etc/ctx7/ctx7.yaml")
      try await machine.run("ctx7-units generate; ctx7ctl run flaky")
      let state = "$(systemctl show -P SubState ctx7-job-flaky.service)"
      try await machine.wait(until: "(( $(ctx7ctl history flaky | grep -c ' retry ') == 2 ))")
      try await machine.wait(until: "[[ \(state) = auto-restart ]]")
      let second = try await machine.answer(
        """
        ctx7ctl cancel flaky >/dev/null; systemctl show -P NRestarts,ActiveState ctx7-job-flaky.service
        ctx7ctl run flaky --wait
        """)
      #expect(second.text.hasPrefix("1\ninactive"), "\(second.text)")
      #expect(second.status == 75, "\(second.text)")
      #expect(try await machine.run("ctx7ctl history flaky | grep -c flaky_") == "3")
    }
  }

  @Test func `ctx7ctl disable stops the timer until ctx7ctl enable, over a generate too`() async throws {
    try await withSlowJob { machine in
      let timer = "systemctl is-active ctx7-job-slow.timer || true"
      try await machine.run("ctx7ctl disable slow --reason 'upstream is down'")
      #expect(try await machine.run(timer) == "inactive")
      let summary = try await machine.run("ctx7-units generate")
      #expect(!summary.contains("started"), "\(summary)")
      #expect(try await machine.run(timer) == "inactive")
      #expect(try await machine.run("ctx7ctl health slow").contains("switched off: upstream is down"))
      try await machine.run("ctx7ctl enable slow")
      #expect(try await machine.run(timer) == "active")
    }
  }

  /// A job that was started by hand, has ended, and whose unit is not done yet.
  private func withSettlingJob(
    _ id: String, _ command: String, retries: Int, settlingSeconds: Double,
    _ body: (Machine) async throws -> Void
  ) async throws {
    try await Machine.boot { machine in
      try await machine.write(
        """
        jobs:
          - job_id: \(id)
            job_type: command
            schedule: {schedule_type: cron, cron_expression: "0 3 1 1 *"}
            retry_config: {max_retries: \(retries), retry_delay_seconds: 30}
            parameters: {argv: [/bin/sh, -c, "\(command)"]}
        """, to: "/etc/ctx7/ctx7.yaml")
      try await machine.write(
        "[Service]\nExecStopPost=/bin/sleep \(settlingSeconds)\n",
        to: "/etc/systemd/system/ctx7-job-\(id).service.d/slow.conf")
      try await machine.run("ctx7-units generate; systemctl start --no-block ctx7-job-\(id).service")
      try await machine.wait(
        until: "[[ $(systemctl show -P ActiveState ctx7-job-\(id).service) = deactivating ]]")
      try await body(machine)
    }
  }

  @Test func `a run that is asked for while a failed attempt is settled is refused, not lost in its retry`()
    async throws
  {
    try await withSettlingJob("flaky", "exit 75", retries: 1, settlingSeconds: 0.7) { machine in
      let second = try await machine.answer("ctx7ctl run flaky")
      #expect(second.status == 75)
      #expect(second.text.contains("flaky waits for its next attempt at "), "\(second.text)")
      #expect(second.text.contains("hint: 'ctx7ctl cancel flaky' calls it off"), "\(second.text)")
      #expect(try await machine.run("ctx7ctl history flaky | grep -c ' retry '") == "1")
    }
  }

  @Test func `a run that is asked for while the last one is settled is told so`() async throws {
    try await withSettlingJob("brief", "exit 0", retries: 0, settlingSeconds: 30) { machine in
      let second = try await machine.answer("ctx7ctl run brief")
      #expect(second.status == 75)
      #expect(second.text.contains("brief has ended and its unit is still settling"), "\(second.text)")
      try await machine.run("systemctl kill --signal=KILL ctx7-job-brief.service")
    }
  }

  @Test func `a unit that only delivers alerts is left to it by cancel`() async throws {
    try await Machine.boot { machine in
      try await machine.write(
        """
        jobs:
          - job_id: tick
            job_type: command
            schedule: {schedule_type: cron, cron_expression: "0 3 1 1 *"}
            retry_config: {max_retries: 0}
            alerts: {consecutive_failures: 1, sinks: [slow]}
            parameters: {argv: [/bin/false]}
        alerts: {sinks: [{name: slow, type: command, argv: [/bin/sleep, "2"]}]}
        """, to: "/etc/ctx7/ctx7.yaml")
      try await machine.run("ctx7-units generate; ctx7ctl run tick")
      try await machine.wait(until: "ctx7ctl alerts list | grep -q job_failure")
      let cancelled = try await machine.answer("ctx7ctl cancel tick; ctx7ctl status")
      #expect(
        cancelled.text.hasPrefix("nothing of tick runs or waits for a retry; its unit is still settling\n"),
        "\(cancelled.text)")
      #expect(cancelled.text.contains("tick  settling"), "\(cancelled.text)")
      try await machine.wait(until: "ctx7ctl alerts list | grep -q 'slow: delivered'")
    }
  }

  @Test func `kill -9 leaves a failed execution with its reason`() async throws {
    try await withSlowJob { machine in
      try await machine.run("systemctl kill --signal=KILL ctx7-job-slow.service")
      try await machine.wait(until: "systemctl is-failed --quiet ctx7-job-slow.service")
      let history = try await machine.run("ctx7ctl history slow --json")
      #expect(history.contains("\"status\": \"failed\""))
      #expect(history.contains("killed by signal KILL"))
      #expect(history.contains("\"error_class\": \"ProcessDied\""))
    }
  }
}
