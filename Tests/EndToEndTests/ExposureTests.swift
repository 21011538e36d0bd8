import TestSupport
import Testing

/// How much of the system each service could reach if its process were taken over, by `systemd-analyze security`.
@Suite(.enabled(if: Machine.unavailable == nil, Comment(rawValue: Machine.unavailable ?? "")))
struct ExposureTests {
  /// The highest exposure of each service; a service that is not listed here has not been thought of.
  private static let thresholds = [
    "ctx7-api.service": 1.5,
    "ctx7-resume.service": 1.5,
    "ctx7-job-daily-maintenance.service": 1.5,
    "ctx7-job-daily-ttl-cleanup.service": 1.5,
    "ctx7-job-health-check.service": 1.5,
    "ctx7-job-weekly-document-refresh.service": 1.5,
    "ctx7-job-command.service": 1.5,
    "ctx7-job-writer.service": 1.5,
    // It has asked for it, and for all there is.
    "ctx7-job-loose.service": 5.0,
  ]

  private static let commands = """
    jobs:
      - job_id: command
        job_type: command
        schedule: {hours: 1}
        parameters: {argv: [/bin/true]}
      - job_id: writer
        job_type: command
        schedule: {hours: 1}
        parameters: {argv: [/bin/sh, -c, "echo written >/srv/out/file"], read_write_paths: [/srv/out]}
      - job_id: loose
        job_type: command
        schedule: {hours: 1}
        parameters:
          argv: [/bin/sh, -c, "ls /home/alice && cat /proc/meminfo >/dev/null"]
          loosen:
            - MemoryDenyWriteExecute
            - PrivateDevices
            - PrivateTmp
            - PrivateUsers
            - ProcSubset
            - ProtectHome
            - ProtectProc
            - RestrictAddressFamilies
            - RestrictNamespaces
            - RestrictRealtime
            - SystemCallFilter
    """

  private func withServices(_ body: (Machine) async throws -> Void) async throws {
    try await DebianRelease.bookworm.withInstalled { machine in
      try await machine.write(Self.commands, to: "/etc/ctx7/jobs.d/commands.yaml")
      try await machine.run(
        """
        mkdir -p /home/alice /srv/out; chown ctx7: /srv/out
        ctx7-units generate >/dev/null
        """)
      try await body(machine)
    }
  }

  @Test func `every service that is shipped or generated stays below its threshold`() async throws {
    try await withServices { machine in
      let measured = try await machine.run(
        """
        for unit in /usr/lib/systemd/system/ctx7-*.service /usr/local/lib/systemd/system/ctx7-*.service; do
          exposure=$(systemd-analyze security --no-pager "${unit##*/}" | sed -n 's/.*Overall exposure level for .*: \\([0-9.]*\\) .*/\\1/p')
          echo "${unit##*/} $exposure"
        done
        """)
      let exposures = try Dictionary(
        uniqueKeysWithValues: measured.split(separator: "\n").map { line in
          let words = line.split(separator: " ")
          return (String(words[0]), try #require(Double(words.last ?? ""), "\(line)"))
        })
      #expect(Set(exposures.keys) == Set(Self.thresholds.keys))
      for (unit, exposure) in exposures {
        let threshold = try #require(Self.thresholds[unit], "\(unit)")
        #expect(exposure <= threshold, "\(unit) is exposed by \(exposure)")
      }
    }
  }

  /// A user's manager has no mount namespaces to give and no capabilities to take; systemd-analyze judges its units
  /// by the rules of the system's.
  @Test func `a user's units are no more exposed than their manager makes them`() async throws {
    try await withServices { machine in
      let measured = try await machine.run(
        """
        useradd --create-home bob
        su bob -c 'cd; ctx7-units init --user; ctx7-units generate --user --output units' >/dev/null
        for unit in /home/bob/units/*.service /usr/lib/systemd/user/ctx7-*.service; do
          systemd-analyze security --no-pager --offline=yes --threshold=63 "$unit" >/dev/null || echo "$unit"
          echo judged
        done
        """)
      #expect(measured.split(separator: "\n") == Array(repeating: "judged", count: 6))
    }
  }

  @Test func `a command job may do what its configuration names, and no more`() async throws {
    try await withServices { machine in
      let ended = try await machine.run(
        """
        systemctl start ctx7-job-loose.service ctx7-job-writer.service
        cat /srv/out/file
        sed -i '/read_write_paths/s/, read_write_paths.*/}/' /etc/ctx7/jobs.d/commands.yaml
        ctx7-units generate >/dev/null
        systemctl start ctx7-job-writer.service || ctx7ctl history writer | grep -c 'Read-only file system'
        """)
      #expect(ended.hasPrefix("written\n"))
      #expect(ended.hasSuffix("\n1"), "\(ended)")
    }
  }
}
