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
        jobs:
          - job_id: slow
            job_type: document_refresh
            schedule: {schedule_type: cron, cron_expression: "0 3 * * 0"}
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

  @Test func `systemctl stop leaves a cancelled execution and no failed unit`() async throws {
    try await withSlowJob { machine in
      try await machine.run("systemctl stop ctx7-job-slow.service")
      let history = try await machine.run("ctx7ctl history slow")
      #expect(history.contains("cancelled"))
      let failed = try await machine.run(
        "systemctl --failed --no-legend 'ctx7-*'; systemctl show -P Result ctx7-job-slow.service")
      #expect(failed == "success")
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
