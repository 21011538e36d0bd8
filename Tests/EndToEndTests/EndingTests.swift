import Ctx7Model
import TestSupport
import Testing

/// Executions whose process does not come to its own end, on a systemd that runs: the row tells the true reason,
/// and what comes next follows the policy.
@Suite(.enabled(if: Machine.unavailable == nil, Comment(rawValue: Machine.unavailable ?? "")))
struct EndingTests {
  private struct Death {
    let job: String
    let errorClass: String
    let message: String
    let serviceResult: String
    let isRetried: Bool
  }

  private static let deaths = [
    Death(
      job: "segfault", errorClass: "ProcessDied", message: "killed by signal SEGV", serviceResult: "signal",
      isRetried: false),
    Death(
      job: "stall", errorClass: "ProcessDied",
      message: "killed by systemd's watchdog: no progress for WatchdogSec", serviceResult: "watchdog",
      isRetried: true),
    Death(
      job: "early-stall", errorClass: "TimeoutError",
      message: "stopped by systemd: it ran past TimeoutStartSec", serviceResult: "timeout", isRetried: true),
    Death(
      job: "slow", errorClass: "TimeoutError", message: "stopped by systemd: it ran past TimeoutStartSec",
      serviceResult: "timeout", isRetried: true),
    Death(
      job: "hungry", errorClass: "ProcessDied",
      message: "killed by the kernel or systemd-oomd: out of memory",
      serviceResult: "oom-kill", isRetried: true),
    Death(
      job: "keyless", errorClass: "ConfigurationError",
      message: "a credential of the unit is missing or cannot be decrypted (243/CREDENTIALS)",
      serviceResult: "exit-code",
      isRetried: false),
  ]

  private static let configuration =
    "max_concurrent_jobs: 10\njobs:\n"
    + deaths.map { death in
      """
        - job_id: \(death.job)
          job_type: command
          schedule: {schedule_type: cron, cron_expression: "0 3 1 1 *"}
          retry_config: {max_retries: 1, retry_delay_seconds: 600}
          parameters: {argv: [/bin/sh, -c, "echo '{\\"text\\": \\"under way\\"}' >&3; sleep 600"]}
      """
    }.joined(separator: "\n")

  private static let dropIns = [
    "stall": "WatchdogSec=2s",
    // It stands still before it can arm the watchdog.
    "early-stall": "TimeoutStartSec=2s\nExecStart=\nExecStart=/bin/sh -c 'kill -STOP $$$$'",
    "slow": "TimeoutStartSec=4s",
  ]

  /// Memory limits do not hold on every machine, so nothing here can be made to run out of it. systemd-oomd kills
  /// like this: it marks the control group, and sends SIGKILL; what the service is told of it is systemd's own.
  private static let killAsOomd = """
    unit=ctx7-job-hungry.service
    group=/sys/fs/cgroup$(systemctl show -P ControlGroup $unit)
    python3 -c "import os, sys; os.setxattr(sys.argv[1], 'user.oomd_ooms', b'1')" $group
    systemctl kill --signal=KILL $unit
    """

  @Test func `whatever ends the process, the row says what it was, and a retry or a dead letter follows`()
    async throws
  {
    try await Machine.boot { machine in
      try await machine.write(Self.configuration, to: "/etc/ctx7/ctx7.yaml")
      try await machine.write("secret", to: "/etc/ctx7/credentials/weaviate-api-key")
      for (job, directives) in Self.dropIns {
        try await machine.write(
          "[Service]\n\(directives)\n", to: "/etc/systemd/system/ctx7-job-\(job).service.d/test.conf")
      }
      try await machine.run("ctx7-units generate")
      try await machine.run(
        """
        systemctl start --no-block ctx7-job-{segfault,stall,early-stall,slow,hungry}.service
        for job in segfault stall hungry; do
          until [[ $(systemctl show -P StatusText ctx7-job-$job.service) == 'under way' ]]; do sleep 0.05; done
        done
        systemctl kill --signal=SEGV --kill-whom=main ctx7-job-segfault.service
        systemctl kill --signal=STOP --kill-whom=main ctx7-job-stall.service
        \(Self.killAsOomd)
        rm /etc/ctx7/credentials/weaviate-api-key
        systemctl start ctx7-job-keyless.service || true
        """)
      let ended = "activating/auto-restart|failed/failed"
      try await machine.wait(
        until: """
          [[ $(for job in \(Self.deaths.map(\.job).joined(separator: " ")); do
            systemctl show -P ActiveState -P SubState ctx7-job-$job.service | paste -sd/
          done | grep -cE '^(\(ended))$') == \(Self.deaths.count) ]]
          """)
      let rows = try JSONValue(parsing: await machine.run("ctx7ctl history --json")).array ?? []
      let letters = try JSONValue(parsing: await machine.run("ctx7ctl dlq list --json")).array ?? []
      #expect(rows.count == Self.deaths.count)
      let alerts = try JSONValue(parsing: await machine.run("ctx7ctl alerts list --json")).array ?? []
      let told = alerts.compactMap { $0["job_id"]?.string }.sorted()
      #expect(told == Self.deaths.filter { !$0.isRetried }.map(\.job).sorted())
      for death in Self.deaths {
        try await check(death, rows, letters, machine)
      }
      // Nobody waits for the memory of a process that is gone: the whole unit was stopped.
      #expect(try await machine.run("pgrep -cx sleep || true") == "0")
    }
  }

  private func check(_ death: Death, _ rows: [JSONValue], _ letters: [JSONValue], _ machine: Machine)
    async throws
  {
    let row = try #require(rows.first { $0["job_id"]?.string == death.job }, "\(death.job)")
    #expect(row["status"]?.string == (death.isRetried ? "retry" : "failed"), "\(death.job)")
    #expect(row["error_class"]?.string == death.errorClass, "\(death.job)")
    #expect(row["error_message"]?.string?.hasPrefix(death.message) == true, "\(death.job): \(row)")
    #expect(row["error_details"]?["service_result"]?.string == death.serviceResult, "\(death.job)")
    #expect((row["next_attempt_at"]?.string != nil) == death.isRetried, "\(death.job)")
    #expect(letters.contains { $0["job_id"]?.string == death.job } == !death.isRetried, "\(death.job)")
    let state = try await machine.run("systemctl show -P ActiveState ctx7-job-\(death.job).service")
    #expect(state == (death.isRetried ? "activating" : "failed"), "\(death.job)")
    let execution = try #require(row["execution_id"]?.string)
    let shown = try await machine.run("ctx7ctl show \(execution)")
    #expect(shown.contains("\(death.errorClass): \(death.message)"), "\(shown)")
  }
}
