import Foundation
import TestSupport
import Testing

/// The Debian package on a real dpkg and systemd: installed, upgraded, removed, purged.
@Suite(.enabled(if: Machine.unavailable == nil, Comment(rawValue: Machine.unavailable ?? "")))
struct PackageTests {
  /// `make deb` made it before the tests; the tests run from the same build directory.
  private static func package() throws -> String {
    let build = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent(".build").path
    let names = try FileManager.default.contentsOfDirectory(atPath: build)
    let package = try #require(
      names.filter { $0.hasPrefix("ctx7-jobs_") && $0.hasSuffix(".deb") }.max(), "'make deb' makes it")
    return "\(build)/\(package)"
  }

  private func withInstalled(_ body: (Machine) async throws -> Void) async throws {
    try await Machine.bootBare(["--bind", "\(try Self.package()):/srv/ctx7.deb"]) { machine in
      try await machine.run("dpkg --install /srv/ctx7.deb")
      try await body(machine)
    }
  }

  @Test func `installed, it runs the jobs of its example configuration`() async throws {
    try await withInstalled { machine in
      // An executor asks systemd what has started it, over the bus.
      let needed = try await machine.run("dpkg-query --show --showformat='${Depends}' ctx7-jobs")
      #expect(needed.contains("default-dbus-system-bus | dbus-system-bus"))
      let summary = try await machine.run("ctx7-units generate")
      #expect(summary.contains("created 8"))
      try await machine.write("# Widgets\n\nA widget is a thing.\n", to: "/srv/docs/widgets.md")
      let history = try await machine.run(
        """
        ctx7ctl documents add file:///srv/docs/widgets.md --technology widgets
        systemctl start ctx7-job-weekly-document-refresh.service
        ctx7ctl history weekly-document-refresh
        """)
      #expect(history.contains(" completed "))
      let owners = try await machine.run("stat --format='%U %a' /var/lib/ctx7 /etc/ctx7/credentials")
      #expect(owners == "ctx7 750\nroot 700")
    }
  }

  @Test func `installing it fires nothing, and an upgrade neither, but renews the units`() async throws {
    try await withInstalled { machine in
      let timers = try await machine.run("systemctl list-timers --all --no-legend 'ctx7-job-*'")
      #expect(timers == "")
      try await machine.run("ctx7-units generate; systemctl list-timers --no-legend 'ctx7-job-*' | wc -l")
      try await machine.run(
        "sed -i 's/^AccuracySec=.*/AccuracySec=9s/' /usr/local/lib/systemd/system/*.timer")
      try await machine.run("dpkg --install /srv/ctx7.deb")
      let renewed = try await machine.run(
        "grep -c AccuracySec=1s /usr/local/lib/systemd/system/ctx7-job-daily-maintenance.timer; "
          + "systemctl list-timers --no-legend 'ctx7-job-*' | wc -l; ctx7ctl history")
      #expect(renewed == "1\n4\nno executions yet")
    }
  }

  @Test func `every service is shut in: exposure at most 1.5`() async throws {
    try await withInstalled { machine in
      let exposed = try await machine.answer(
        """
        ctx7-units generate >/dev/null
        for unit in /usr/lib/systemd/system/ctx7-*.service /usr/local/lib/systemd/system/ctx7-*.service; do
          [[ -e $unit ]] || continue
          systemd-analyze security --no-pager --threshold=15 "${unit##*/}" | grep -F 'Overall exposure' || exit 1
          systemd-analyze security --threshold=15 "${unit##*/}" >/dev/null || echo "${unit##*/} is too exposed"
        done
        """)
      #expect(exposed.status == 0)
      #expect(exposed.text.contains("Overall exposure level for ctx7-job-health-check.service"))
      #expect(!exposed.text.contains("too exposed"), "\(exposed.text)")
    }
  }

  @Test func `removed, it leaves history and configuration; purged, nothing`() async throws {
    try await withInstalled { machine in
      try await machine.run(
        "ctx7-units generate; systemctl start ctx7-job-daily-maintenance.service; dpkg --remove ctx7-jobs")
      let left = try await machine.run(
        """
        ls /usr/local/lib/systemd/system | grep ctx7 || true
        systemctl list-units --all --no-legend 'ctx7-*'
        systemctl --failed --no-legend
        ls /etc/ctx7/ctx7.yaml /var/lib/ctx7/jobs.sqlite
        """)
      #expect(left == "/etc/ctx7/ctx7.yaml\n/var/lib/ctx7/jobs.sqlite")
      let purged = try await machine.run(
        "dpkg --purge ctx7-jobs >/dev/null; find /etc /usr /var /run -path '*ctx7*' -not -path '/var/lib/systemd/timers/*'"
      )
      #expect(purged == "")
    }
  }
}
