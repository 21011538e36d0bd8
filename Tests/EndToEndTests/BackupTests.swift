import Foundation
import TestSupport
import Testing

/// A history that is put back as ctx7(7) says under BACKUP.
@Suite(.enabled(if: Machine.unavailable == nil, Comment(rawValue: Machine.unavailable ?? "")))
struct BackupTests {
  /// The commands of the page.
  private static func commands() throws -> String {
    let text = try String(contentsOfFile: Project.root + "/man/ctx7.7", encoding: .utf8)
    let section = try #require(text.firstMatch(of: #/(?s)\.Sh BACKUP\n.*?\.Bd [^\n]*\n(.*?)\.Ed/#))
    return String(section.1).replacingOccurrences(of: "FOLDER", with: "/root/copies")
  }

  @Test func `a copy that is put back is the history again, and jobs go on`() async throws {
    let units = ["ctx7-api.socket", "ctx7-api.service"].flatMap {
      ["--bind", "\(Project.root)/systemd/\($0):/usr/lib/systemd/system/\($0)"]
    }
    try await Machine.boot(units) { machine in
      try await machine.write(
        """
        jobs:
          - job_id: tick
            job_type: command
            schedule: {schedule_type: interval, hours: 1}
            parameters: {argv: [/bin/true]}
        """, to: "/etc/ctx7/ctx7.yaml")
      // A reader keeps the log of the database from being emptied.
      try await machine.run(
        """
        ctx7-units generate
        ctx7ctl run tick --wait; ctx7ctl db backup /root/copies
        python3 -c 'import sqlite3, time; d = sqlite3.connect("/var/lib/ctx7/jobs.sqlite"); d.execute("begin"); \
        d.execute("select * from background_job_executions").fetchone(); time.sleep(600)' & sleep 0.5
        ctx7ctl run tick --wait; ctx7ctl run tick --wait; kill -9 $!
        """)
      try await machine.run(Self.commands())
      #expect(try await machine.run("ctx7ctl history tick --json | grep -c execution_id") == "1")
      #expect(
        try await machine.run("ctx7ctl db check; systemctl is-active ctx7-job-tick.timer").hasSuffix("active")
      )
      #expect(try await machine.run("ctx7ctl run tick --wait").contains(" completed "))
    }
  }
}
