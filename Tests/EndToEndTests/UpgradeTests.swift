import Foundation
import TestSupport
import Testing

/// A newer package over an older one, as dpkg does it.
@Suite(.enabled(if: Machine.unavailable == nil, Comment(rawValue: Machine.unavailable ?? "")))
struct UpgradeTests {
  /// The same package under an older number, with another configuration in it: an upgrade finds that changed.
  private static let installOlder = """
    dpkg-deb --raw-extract /srv/ctx7.deb /var/tmp/older
    sed -i 's/^Version: .*/Version: 0.9.0/' /var/tmp/older/DEBIAN/control
    echo '# of 0.9.0' >>/var/tmp/older/etc/ctx7/ctx7.yaml
    dpkg-deb -Znone --build /var/tmp/older /var/tmp/older.deb >/dev/null
    rm -r /var/tmp/older
    dpkg --install /var/tmp/older.deb
    rm /var/tmp/older.deb
    """
  private static let upgrade = "dpkg --install --force-confdef --force-confold /srv/ctx7.deb"

  private static let ownJob = """
    jobs:
      - job_id: own
        job_type: command
        schedule: {schedule_type: cron, cron_expression: "0 3 1 1 *"}
        parameters: {argv: [/bin/sh, -c, "sleep 1; echo slept"]}
      - job_id: sleeper
        job_type: command
        schedule: {schedule_type: cron, cron_expression: "0 3 1 1 *"}
        parameters: {argv: [/bin/sh, -c, "until [ -e /var/lib/ctx7/wake ]; do sleep 0.1; done"]}
    """

  @Test(arguments: DebianRelease.tested)
  func `state, timers, switches and edits of the configuration outlive it, and so does what runs`(
    release: DebianRelease
  ) async throws {
    try await release.withPackage { machine in
      try await machine.run(Self.installOlder)
      try await machine.write(Self.ownJob, to: "/etc/ctx7/jobs.d/own.yaml")
      try await machine.write(
        "[Timer]\nRandomizedDelaySec=7\n", to: "/etc/systemd/system/ctx7-job-own.timer.d/a.conf")
      try await machine.run(
        """
        sed -i '1i # edited here' /etc/ctx7/ctx7.yaml
        ctx7-units generate
        ctx7ctl disable health-check --reason 'quiet please'
        systemctl start ctx7-job-own.service
        systemctl start --no-block ctx7-job-sleeper.service
        ctx7ctl documents add /vercel/next.js
        """)
      try await machine.wait(until: "ctx7ctl history sleeper | grep -q ' running '")
      try await machine.run(
        "systemctl list-timers --no-legend 'ctx7-job-*' | grep -o 'ctx7-job-[^ ]*timer' | sort >/run/timers")
      try await machine.run(Self.upgrade)
      let version = try await machine.run("dpkg-query --show --showformat='${Version}' ctx7-jobs")
      #expect(version != "0.9.0")
      let kept = try await machine.run(
        """
        systemctl list-timers --no-legend 'ctx7-job-*' | grep -o 'ctx7-job-[^ ]*timer' | sort | diff /run/timers -
        head -1 /etc/ctx7/ctx7.yaml
        ls /etc/ctx7
        systemctl show -P RandomizedDelayUSec ctx7-job-own.timer
        ctx7ctl history own | grep -c ' completed '
        ctx7ctl health health-check | grep -o 'quiet please'
        ctx7ctl documents list | grep -c next.js
        ctx7ctl history --json | grep -c '"execution_id"'
        ctx7ctl history sleeper | grep -c ' running '
        """)
      #expect(
        kept == """
          # edited here
          credentials
          credentials.encrypted
          ctx7.yaml
          ctx7.yaml.dpkg-dist
          jobs.d
          7s
          1
          quiet please
          1
          2
          1
          """)
      try await machine.run("touch /var/lib/ctx7/wake")
      try await machine.wait(until: "ctx7ctl history sleeper | grep -q ' completed '")
      let failed = try await machine.run("systemctl --failed --no-legend; ctx7-units diff")
      #expect(failed == "")
    }
  }

  @Test func `an API that runs is that of the newer package, and one that does not run stays off`()
    async throws
  {
    try await DebianRelease.bookworm.withPackage { machine in
      try await machine.run(Self.installOlder)
      try await machine.run(Self.upgrade)
      #expect(try await machine.answer("systemctl is-active ctx7-api.service").text == "inactive")
      let api = "curl -sS -o /dev/null --unix-socket /run/ctx7/api.sock http://ctx7/"
      let old = try await machine.run("\(api); systemctl show -P MainPID ctx7-api.service")
      try await machine.run("\(Self.upgrade); \(api)")
      let new = try await machine.run("systemctl show -P MainPID ctx7-api.service")
      #expect(new != old)
      #expect(try await machine.run("readlink /proc/\(new)/exe") == "/usr/bin/ctx7-api")
    }
  }

  @Test func `it fires nothing and renews the units, unless the configuration cannot be read`() async throws {
    try await DebianRelease.bookworm.withInstalled { machine in
      let timers = try await machine.run("systemctl list-timers --all --no-legend 'ctx7-job-*'")
      #expect(timers == "")
      try await machine.run("ctx7-units generate")
      try await machine.run(
        "sed -i 's/^AccuracySec=.*/AccuracySec=9s/' /usr/local/lib/systemd/system/*.timer")
      try await machine.run(Self.upgrade)
      let renewed = try await machine.run(
        "grep -c AccuracySec=1s /usr/local/lib/systemd/system/ctx7-job-daily-maintenance.timer; "
          + "systemctl list-timers --no-legend 'ctx7-job-*' | wc -l; ctx7ctl history daily-ttl-cleanup")
      #expect(renewed == "1\n4\nno executions yet")
      try await machine.run("echo 'joobs: []' >>/etc/ctx7/ctx7.yaml")
      let upgraded = try await machine.run(Self.upgrade)
      #expect(upgraded.contains("unknown key 'joobs'; did you mean 'jobs'?"))
      #expect(upgraded.contains("mend the configuration, then run 'ctx7-units generate'"))
      #expect(try await machine.run("systemctl list-timers --no-legend 'ctx7-job-*' | wc -l") == "4")
    }
  }

  @Test func `back to an older package, its programs refuse the newer history and leave it alone`()
    async throws
  {
    try await DebianRelease.bookworm.withPackage { machine in
      try await machine.run("\(Self.installOlder)\n\(Self.upgrade)")
      // A configuration that nobody has edited is the newer one.
      let files = try await machine.run("ls /etc/ctx7; grep -c 'of 0.9.0' /etc/ctx7/ctx7.yaml || true")
      #expect(files == "credentials\ncredentials.encrypted\nctx7.yaml\njobs.d\n0")
      try await machine.run("ctx7-units generate; systemctl start ctx7-job-daily-maintenance.service")
      try await machine.run(
        """
        python3 - <<'END'
        import sqlite3
        history = sqlite3.connect("/var/lib/ctx7/jobs.sqlite")
        history.execute("INSERT INTO grdb_migrations VALUES ('9 of a later version')")
        history.commit()
        END
        """)
      let refused = try await machine.answer(
        """
        ctx7ctl history; echo "status $?"
        systemctl start ctx7-job-daily-maintenance.service
        systemctl show -P ExecMainStatus ctx7-job-daily-maintenance.service
        journalctl --sync; journalctl -u ctx7-job-daily-maintenance.service -o cat | grep -o 'was written by a newer ctx7-jobs'
        """)
      #expect(refused.text.contains("/var/lib/ctx7/jobs.sqlite was written by a newer ctx7-jobs"))
      #expect(refused.text.contains("status 74"))
      #expect(refused.text.contains("\n74\nwas written by a newer"), "\(refused.text)")
      // What the later version brings back is all there.
      try await machine.run(
        """
        python3 - <<'END'
        import sqlite3
        history = sqlite3.connect("/var/lib/ctx7/jobs.sqlite")
        history.execute("DELETE FROM grdb_migrations WHERE identifier LIKE '9 %'")
        history.commit()
        END
        """)
      #expect(try await machine.run("ctx7ctl history | grep -c ' completed '") == "1")
    }
  }
}
