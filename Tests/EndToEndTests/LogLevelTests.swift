import TestSupport
import Testing

/// Looking closer at a job, for a while.
@Suite(.enabled(if: Machine.unavailable == nil, Comment(rawValue: Machine.unavailable ?? "")))
struct LogLevelTests {
  @Test func `the manager's environment sets the level from the next start on, until it is taken back`()
    async throws
  {
    try await Machine.boot { machine in
      let start = """
        systemctl start ctx7-job-daily-maintenance.service
        journalctl --sync
        journalctl --boot --output=cat --priority=debug PRIORITY=7 --identifier=ctx7-job-exec | grep -c 'holds lock' || true
        """
      try await machine.run("mkdir -p /etc/ctx7; ctx7-units generate")
      #expect(try await machine.run(start) == "0")
      #expect(try await machine.run("systemctl set-environment CTX7_LOG=debug; \(start)") == "1")
      #expect(try await machine.run("systemctl unset-environment CTX7_LOG; \(start)") == "1")
    }
  }

  @Test func `a drop-in that is gone at the next boot sets it for one job`() async throws {
    try await Machine.boot { machine in
      try await machine.write(
        "[Service]\nEnvironment=CTX7_LOG=debug\n",
        to: "/run/systemd/system/ctx7-job-daily-maintenance.service.d/log.conf")
      let lines = try await machine.run(
        """
        mkdir -p /etc/ctx7; ctx7-units generate >/dev/null
        systemctl start ctx7-job-daily-maintenance.service ctx7-job-daily-ttl-cleanup.service
        journalctl --sync
        journalctl --boot --output=cat --identifier=ctx7-job-exec PRIORITY=7 | grep -o 'daily-[a-z-]*_[0-9a-f]* holds'
        """)
      #expect(lines.split(separator: "\n").count == 1)
      #expect(lines.hasPrefix("daily-maintenance_"))
    }
  }
}
