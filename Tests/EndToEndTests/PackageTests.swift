import Foundation
import TestSupport
import Testing

/// The Debian package on a real dpkg and systemd: installed, removed, purged; on Debian 12, in `make prove` on 13 too.
@Suite(.enabled(if: Machine.unavailable == nil, Comment(rawValue: Machine.unavailable ?? "")))
struct PackageTests {
  @Test(arguments: DebianRelease.tested)
  func `installed, it runs the jobs of its example configuration`(release: DebianRelease) async throws {
    try await release.withInstalled { machine in
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
      let owners = try await machine.run(
        "stat --format='%U %a' /var/lib/ctx7 /etc/ctx7/credentials /etc/ctx7/credentials.encrypted")
      #expect(owners == "ctx7 750\nroot 700\nroot 700")
      let enabled = try await machine.run("systemctl is-enabled ctx7-api.socket ctx7-resume.service")
      #expect(enabled == "enabled\nenabled")
      let failed = try await machine.run("systemctl --failed --no-legend")
      #expect(failed == "")
    }
  }

  @Test(arguments: DebianRelease.tested)
  func `removed, it leaves history and configuration; purged, only what is not its own`(
    release: DebianRelease
  ) async throws {
    try await release.withInstalled { machine in
      try await machine.run(
        """
        ctx7-units generate; systemctl start ctx7-job-daily-maintenance.service
        echo 'jobs: []' >/etc/ctx7/jobs.d/own.yaml
        systemctl disable ctx7-resume.service
        systemctl enable ctx7-api-tcp.socket
        dpkg --remove ctx7-jobs
        """)
      let left = try await machine.run(
        """
        ls /usr/local/lib/systemd/system | grep ctx7 || true
        systemctl list-units --no-legend 'ctx7-*'
        systemctl --failed --no-legend
        ls /etc/ctx7/ctx7.yaml /var/lib/ctx7/jobs.sqlite
        """)
      #expect(left == "/etc/ctx7/ctx7.yaml\n/var/lib/ctx7/jobs.sqlite")
      // Back again it goes on where it was.
      let installed = try await machine.run("dpkg --install /srv/ctx7.deb")
      #expect(!installed.contains("not starting it"))
      let back = try await machine.run("ctx7-units generate; ctx7ctl history daily-maintenance")
      #expect(back.contains("created 8"))
      #expect(back.contains(" completed "))
      let units = "ctx7-api.socket ctx7-api-tcp.socket ctx7-resume.service"
      let enabled = try await machine.answer("systemctl is-enabled \(units); systemctl is-active \(units)")
      #expect(enabled.text == "enabled\nenabled\ndisabled\nactive\nactive\ninactive")
      let purged = try await machine.run(
        """
        dpkg --purge ctx7-jobs >/dev/null 2>&1
        find /etc /usr /var /run -path '*ctx7*'
        """)
      #expect(purged == "/etc/ctx7\n/etc/ctx7/jobs.d\n/etc/ctx7/jobs.d/own.yaml")
    }
  }

  @Test(.enabled(if: Effort.isProof, "lintian takes a minute; 'make prove' asks it"))
  func `lintian finds no error, and nothing to say of the scripts`() async throws {
    let checked = try await Program.run(
      "lintian", ["--fail-on", "error", "--allow-root", "--tag-display-limit", "0", DebianRelease.package()])
    #expect(checked.status == 0, "\(checked.output)\(checked.error)")
    #expect(!checked.output.contains("E: "))
    #expect(!checked.output.contains("maintainer-script"), "\(checked.output)")
  }
}
