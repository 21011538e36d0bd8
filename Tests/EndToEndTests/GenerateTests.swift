import TestSupport
import Testing

/// What `ctx7-units generate` does to a systemd that runs, and what it leaves alone.
@Suite(.enabled(if: Machine.unavailable == nil, Comment(rawValue: Machine.unavailable ?? "")))
struct GenerateTests {
  private func config(_ cron: String) -> String {
    """
    jobs:
      - job_id: nightly
        job_type: document_refresh
        schedule: {schedule_type: cron, cron_expression: "\(cron)", timezone: UTC}
    """
  }

  @Test func `an edited schedule does not fire the job`() async throws {
    try await Machine.boot { machine in
      try await machine.write(config("0 3 * * *"), to: "/etc/ctx7/ctx7.yaml")
      // Last run three days ago: by the new schedule runs would have been missed since.
      try await machine.run(
        """
        ctx7-units generate
        systemctl stop ctx7-job-nightly.timer
        touch --date='3 days ago' /var/lib/systemd/timers/stamp-ctx7-job-nightly.timer
        """)
      try await machine.write(config("30 4 * * *"), to: "/etc/ctx7/ctx7.yaml")
      let summary = try await machine.run(
        "ctx7-units generate; sleep 2; systemctl is-active ctx7-job-nightly.timer")
      #expect(summary.contains("updated 2"))
      #expect(summary.hasSuffix("active"))
      let fired = try await machine.run(
        "ctx7ctl history nightly; systemctl show -P NRestarts ctx7-job-nightly.service")
      #expect(fired.hasPrefix("no executions yet"))
    }
  }

  @Test func `systemd shows the name of a job as it was written`() async throws {
    try await Machine.boot { machine in
      let names = [
        #"50 % of %i and %%n"#, #"$HOME ${HOME} 'a' \"b\" c\\d"#, #"one\ntwo [Service] ExecStart=/bin/sh"#,
      ]
      let jobs = names.enumerated().map { number, name in
        "  - {job_id: job-\(number), job_type: maintenance, job_name: \"\(name)\", schedule: {hours: 1}}"
      }
      try await machine.write("jobs:\n" + jobs.joined(separator: "\n"), to: "/etc/ctx7/ctx7.yaml")
      let shown = try await machine.run(
        """
        ctx7-units generate >/dev/null
        systemctl show -P Description ctx7-job-job-{0,1,2}.service
        """)
      #expect(
        shown.split(separator: "\n") == [
          "Job job-0: 50 % of %i and %%n", #"Job job-1: $HOME ${HOME} 'a' "b" c\d"#,
          "Job job-2: one two [Service] ExecStart=/bin/sh",
        ])
    }
  }

  @Test func `units can be read by everybody, whatever umask generates them`() async throws {
    try await Machine.boot { machine in
      let modes = try await machine.run(
        """
        mkdir -p /etc/ctx7; rm -rf /usr/local/lib/systemd
        (umask 077; ctx7-units generate >/dev/null)
        stat --format=%a /usr/local/lib/systemd{,/system,/system/ctx7-job-health-check.timer} /var/lib/ctx7/jobs.sqlite
        """)
      #expect(modes == "755\n755\n644\n640")
    }
  }

  @Test func `a masked timer stays off, and the others are started all the same`() async throws {
    try await Machine.boot { machine in
      let text = try await machine.run(
        """
        mkdir -p /etc/ctx7; ctx7-units generate; ctx7-units remove
        systemctl mask ctx7-job-health-check.timer
        ctx7-units generate
        systemctl list-timers --no-legend 'ctx7-job-*' | wc -l
        """)
      #expect(
        text.contains(
          "health-check stays off: its timer is masked; 'systemctl unmask ctx7-job-health-check.timer', then")
      )
      #expect(text.hasSuffix("timers: 3 started, 0 stopped\n3"))
    }
  }

  @Test func `a masked service keeps only its own timer off`() async throws {
    try await Machine.boot { machine in
      let text = try await machine.run(
        """
        mkdir -p /etc/ctx7; systemctl mask --runtime ctx7-job-health-check.service
        ctx7-units generate
        """)
      #expect(text.contains("health-check stays off: its unit is masked; 'systemctl unmask --runtime"))
      #expect(text.hasSuffix("timers: 3 started, 0 stopped"))
    }
  }

  @Test func `a start by hand after a change of the schedule is no timer's`() async throws {
    try await Machine.boot { machine in
      try await machine.write(config("0 3 * * *"), to: "/etc/ctx7/ctx7.yaml")
      try await machine.run("ctx7-units generate")
      try await machine.write(config("0 5 * * *"), to: "/etc/ctx7/ctx7.yaml")
      let records = try await machine.run(
        "ctx7-units generate >/dev/null; systemctl start ctx7-job-nightly.service; ctx7ctl history --json")
      #expect(records.contains(#""trigger": "manual""#), "\(records)")
    }
  }

  @Test func `a host that moves to another zone keeps its timers as they are until the next generate`()
    async throws
  {
    try await Machine.boot { machine in
      try await machine.write(
        config("0 3 * * *").replacing(", timezone: UTC", with: ""), to: "/etc/ctx7/ctx7.yaml")
      let text = try await machine.run(
        """
        ln -sf /usr/share/zoneinfo/Europe/Berlin /etc/localtime; ctx7-units generate >/dev/null
        ctx7ctl status 2>&1 | grep note || true
        ln -sf /usr/share/zoneinfo/Asia/Kolkata /etc/localtime; ctx7ctl status 2>&1 | grep note
        python3 -c 'import sqlite3; print(*sqlite3.connect("/var/lib/ctx7/jobs.sqlite").execute("SELECT schedule_config ->> \\"timezone\\" FROM background_job_configs").fetchone())'
        ctx7-units generate >/dev/null; grep ^OnCalendar /usr/local/lib/systemd/system/ctx7-job-nightly.timer
        """)
      #expect(
        text == """
          note: the configuration has changed since the units were made; run 'ctx7-units generate'
          Europe/Berlin
          OnCalendar=*-*-* 03:00:00 Asia/Kolkata
          """)
    }
  }

  @Test func `a generate that cannot store its jobs leaves the timers as they were`() async throws {
    try await Machine.boot { machine in
      try await machine.write(config("0 3 * * *"), to: "/etc/ctx7/ctx7.yaml")
      try await machine.run(
        "ctx7-units generate; cd /var/lib/ctx7; mv jobs.sqlite kept; rm -f jobs.sqlite-*; mkdir jobs.sqlite")
      try await machine.write(config("0 5 * * *"), to: "/etc/ctx7/ctx7.yaml")
      let failed = try await machine.answer("ctx7-units generate")
      #expect(failed.status == 74, "\(failed)")
      let state = try await machine.run(
        """
        ls /usr/local/lib/systemd/system -A; systemctl is-active ctx7-job-nightly.timer
        grep OnCalendar /usr/local/lib/systemd/system/ctx7-job-nightly.timer
        """)
      #expect(
        state == "ctx7-job-nightly.service\nctx7-job-nightly.timer\nactive\nOnCalendar=*-*-* 03:00:00 UTC")
      let mended = try await machine.run(
        "cd /var/lib/ctx7; rmdir jobs.sqlite; mv kept jobs.sqlite; ctx7-units generate")
      #expect(mended.contains("updated 2"))
    }
  }

  @Test func `what a killed generate had written systemd reads at the next one`() async throws {
    try await Machine.boot { machine in
      try await machine.write(config("0 3 * * *"), to: "/etc/ctx7/ctx7.yaml")
      try await machine.run("ctx7-units generate")
      try await machine.write(config("0 5 * * *"), to: "/etc/ctx7/ctx7.yaml")
      // Dead between the renames and the reload: files and rows are new, and the timer is stopped.
      let known = try await machine.run(
        """
        units=/usr/local/lib/systemd/system
        systemctl stop ctx7-job-nightly.timer; ctx7-units generate --output $units >/dev/null
        printf 'ctx7-job-nightly.service\nctx7-job-nightly.timer' >$units/.ctx7-units-unfinished
        touch $units/ctx7-job-nightly.timer.new
        ctx7-units generate >/dev/null; ls -A $units
        systemctl show -P NeedDaemonReload ctx7-job-nightly.timer ctx7-job-nightly.service
        systemctl show -P TimersCalendar ctx7-job-nightly.timer
        """)
      #expect(known.hasPrefix("ctx7-job-nightly.service\nctx7-job-nightly.timer\nno"), "\(known)")
      #expect(known.contains("05:00:00") && !known.contains("yes"), "\(known)")
    }
  }

  @Test func `remove stops what runs, and leaves no unit behind`() async throws {
    try await Machine.boot { machine in
      try await machine.write(
        "fetch: {allow_private_hosts: true}\n" + config("0 3 * * *"), to: "/etc/ctx7/ctx7.yaml")
      try await machine.run(
        """
        ctx7-units generate
        systemd-run --quiet --socket-property=ListenStream=127.0.0.1:8099 --unit=slow sleep 600
        ctx7ctl documents add http://127.0.0.1:8099/llms.txt --technology slow
        systemctl start --no-block ctx7-job-nightly.service
        """)
      try await machine.wait(until: "ctx7ctl history nightly 2>/dev/null | grep -q running")
      let text = try await machine.run("ctx7-units remove; ls /usr/local/lib/systemd/system | wc -l")
      #expect(text == "removed 2\n0")
      let history = try await machine.run(
        "ctx7ctl history nightly; systemctl list-units --failed --no-legend 'ctx7-*'")
      #expect(history.contains("cancelled"))
    }
  }

  @Test func `two generates at once leave the units and the rows of one of them`() async throws {
    try await Machine.boot { machine in
      for name in ["a", "b", "ctx7"] {
        try await machine.write(
          config("0 3 * * *").replacing("nightly", with: name), to: "/etc/ctx7/\(name).yaml")
      }
      for _ in 1...5 {
        let left = try await machine.run(
          """
          # Each sees its own file under the same name.
          generate() {
            unshare --mount sh -c "mount --bind /etc/ctx7/$1.yaml /etc/ctx7/ctx7.yaml; ctx7-units generate >/dev/null"
          }
          generate a & first=$!
          generate b
          wait $first
          rows=$(ctx7ctl status --json | grep -o '"job_id": "[ab]"')
          echo "$rows" $(ls /usr/local/lib/systemd/system)
          """)
        #expect(
          ["a", "b"].map { "\"job_id\": \"\($0)\" ctx7-job-\($0).service ctx7-job-\($0).timer" }.contains(
            left))
      }
    }
  }

  @Test func `drop-ins stay, and files of others are never overwritten`() async throws {
    try await Machine.boot { machine in
      try await machine.write(config("0 3 * * *"), to: "/etc/ctx7/ctx7.yaml")
      try await machine.write(
        "[Service]\nEnvironment=LOCAL=1\n", to: "/etc/systemd/system/ctx7-job-nightly.service.d/local.conf")
      try await machine.run("ctx7-units generate")
      let environment = try await machine.run("systemctl show -P Environment ctx7-job-nightly.service")
      #expect(environment.contains("LOCAL=1"))
      try await machine.write(
        "[Timer]\nOnCalendar=daily\n", to: "/usr/local/lib/systemd/system/ctx7-job-nightly.timer")
      try await machine.write(config("0 5 * * *"), to: "/etc/ctx7/ctx7.yaml")
      try await machine.run("find /usr/local/lib/systemd -type f | xargs md5sum >/run/before")
      let refused = try await machine.answer("ctx7-units generate")
      #expect(refused.status == 78)
      #expect(refused.text.contains("ctx7-job-nightly.timer was not made by ctx7-units"))
      try await machine.run(
        "md5sum --check --quiet /run/before; test -e /etc/systemd/system/ctx7-job-nightly.service.d/local.conf"
      )
    }
  }

  @Test(arguments: ["/srv/ctx7", "/home/ctx7", "/tmp/ctx7", "/srv/a:b", "/srv/with space %i $HOME \\x41"])
  func `state may be kept elsewhere`(directory: String) async throws {
    try await Machine.boot { machine in
      try await machine.write(config("0 3 * * *"), to: "/etc/ctx7/ctx7.yaml")
      try await machine.write(directory, to: "/run/directory")
      let history = try await machine.run(
        """
        state=$(</run/directory)
        ctx7-units generate --state-dir "$state"
        systemctl start ctx7-job-nightly.service
        ctx7ctl history --state-dir "$state"
        """)
      #expect(history.contains(" completed "))
    }
  }

  @Test func `a generate that was killed is finished by the next one`() async throws {
    try await Machine.boot { machine in
      try await machine.run("mkdir -p /etc/ctx7; ctx7-units generate")
      for milliseconds in stride(from: 2, through: 60, by: 6) {
        try await machine.run(
          """
          rm -f /usr/local/lib/systemd/system/ctx7-job-h*; sed -i 's/03:00:00/04:00:00/' /usr/local/lib/systemd/system/*.timer
          timeout --signal=KILL 0.\(milliseconds < 10 ? "00" : "0")\(milliseconds) ctx7-units generate >/dev/null 2>&1 || true
          ctx7-units generate
          ctx7-units diff
          systemctl is-active ctx7-job-health-check.timer ctx7-job-weekly-document-refresh.timer
          ! systemctl show -P NeedDaemonReload 'ctx7-job-*' | grep yes
          """)
      }
      let broken = try await machine.run(
        "systemctl list-units --failed --no-legend 'ctx7-*'; grep -rL 'Generated by' /usr/local/lib/systemd/system || true"
      )
      #expect(broken == "")
    }
  }
}
