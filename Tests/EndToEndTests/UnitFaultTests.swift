import TestSupport
import Testing

/// Units that keep a job from running, and what `ctx7ctl` says of them.
@Suite(.enabled(if: Machine.unavailable == nil, Comment(rawValue: Machine.unavailable ?? "")))
struct UnitFaultTests {
  private func job(_ id: String, _ schedule: String, _ parameters: String = "") -> String {
    """
      - job_id: \(id)
        job_type: command
        schedule: \(schedule)
        retry_config: {max_retries: 0}
        parameters: {argv: [/bin/true]\(parameters)}

    """
  }

  private static let yearly = "{schedule_type: cron, cron_expression: \"0 3 1 1 *\"}"

  @Test func `health and status find a timer that is stopped, disabled or masked`() async throws {
    try await Machine.boot { machine in
      let jobs = ["well", "stopped", "masked", "unlinked"].map { job($0, Self.yearly) }.joined()
      try await machine.write("jobs:\n\(jobs)", to: "/etc/ctx7/ctx7.yaml")
      try await machine.run(
        """
        ctx7-units generate
        systemctl stop ctx7-job-stopped.timer
        systemctl mask --runtime ctx7-job-masked.timer
        systemctl disable --now ctx7-job-unlinked.timer
        """)
      let expected = [
        ("stopped", "its timer is stopped; 'systemctl start ctx7-job-stopped.timer'", "timer stopped"),
        ("masked", "its timer is masked; 'systemctl unmask --runtime ctx7-job-masked.timer'", "timer masked"),
        (
          "unlinked", "its timer is disabled; 'systemctl enable --now ctx7-job-unlinked.timer'",
          "timer disabled"
        ),
      ]
      let status = try await machine.run("ctx7ctl status")
      for (id, reason, state) in expected {
        let health = try await machine.answer("ctx7ctl health \(id)")
        #expect(health.status == 2)
        #expect(health.text.contains("unhealthy") && health.text.contains(reason), "\(health.text)")
        #expect(status.contains(state), "\(status)")
      }
      let enabled = try await machine.answer("ctx7ctl enable masked")
      #expect(enabled.status == 69)
      #expect(enabled.text.contains("hint: 'systemctl unmask ctx7-job-masked.timer'"), "\(enabled.text)")
      let well = try await machine.answer("ctx7ctl health well")
      #expect(well.status == 0)
      #expect(well.text.contains("it has not run yet"))
      #expect(status.contains("waiting"))
    }
  }

  @Test func `health finds a job that cannot even write that it began, and that it can again`() async throws {
    try await Machine.boot { machine in
      try await machine.write("jobs:\n\(job("tick", Self.yearly))", to: "/etc/ctx7/ctx7.yaml")
      try await machine.run(
        """
        mkdir -p /var/lib/ctx7
        mount -t tmpfs -o size=2m,uid=$(id -u ctx7),gid=$(id -g ctx7),mode=0750 tmpfs /var/lib/ctx7
        ctx7-units generate; ctx7ctl run tick --wait
        dd if=/dev/zero of=/var/lib/ctx7/fill bs=4k status=none 2>/dev/null || true
        systemctl start ctx7-job-tick.service || true
        """)
      let full = try await machine.answer("ctx7ctl health tick")
      #expect(full.status == 2)
      #expect(full.text.contains("its unit cannot start: 74/IOERR"), "\(full.text)")
      let again = try await machine.answer(
        "rm /var/lib/ctx7/fill; ctx7ctl run tick --wait; ctx7ctl health tick")
      #expect(again.status == 0, "\(again.text)")
    }
  }

  @Test func `health and status find a unit that cannot start, and a schedule that is over`() async throws {
    try await Machine.boot { machine in
      let jobs =
        job("broken", Self.yearly, ", read_write_paths: [/nonexist]")
        + job("past", "{schedule_type: once, execute_at: \"2020-01-01T00:00:00Z\"}")
      try await machine.write("jobs:\n\(jobs)", to: "/etc/ctx7/ctx7.yaml")
      try await machine.run("ctx7-units generate; systemctl start ctx7-job-broken.service || true")
      let broken = try await machine.answer("ctx7ctl health broken")
      #expect(broken.status == 2)
      #expect(
        broken.text.contains(
          "its unit cannot start: 226/NAMESPACE; see 'systemctl status ctx7-job-broken.service'"),
        "\(broken.text)")
      let past = try await machine.answer("ctx7ctl health past")
      #expect(past.status == 0)
      #expect(past.text.contains("its schedule has no further firing"), "\(past.text)")
      let status = try await machine.run("ctx7ctl status")
      #expect(status.contains("cannot start") && status.contains("ended"), "\(status)")
    }
  }
}
