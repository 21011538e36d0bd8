import Foundation
import TestSupport
import Testing

/// The whole way: configuration, generated units, real timers, executions, journal, history.
@Suite(.enabled(if: Machine.unavailable == nil, Comment(rawValue: Machine.unavailable ?? "")))
struct TimerTests {
  static let twoJobs = """
    jobs:
      - job_id: every-two-seconds
        job_type: document_refresh
        schedule: {schedule_type: interval, seconds: 2}
        parameters: {skip_recent_updates: false}
      - job_id: weekly
        job_type: document_refresh
        schedule: {schedule_type: cron, cron_expression: "0 3 * * 0"}
    """

  @Test func `a run that is asked for within the second of a trigger is run under its ids`() async throws {
    try await Machine.boot { machine in
      try await machine.write(
        """
        jobs:
          - job_id: brisk
            job_type: command
            schedule: {schedule_type: interval, seconds: 4}
            parameters: {argv: [/bin/true]}
        """, to: "/etc/ctx7/ctx7.yaml")
      try await machine.run("ctx7-units generate")
      try await machine.wait(until: "ctx7ctl history brisk 2>/dev/null | grep -q ' completed '")
      let told = try await machine.run("ctx7ctl run brisk --wait --json")
      #expect(told.contains(#""trigger": "manual""#), "\(told)")
      #expect(told.contains(#""status": "completed""#), "\(told)")
    }
  }

  @Test func `a firing that waits for the network is its timer's, a start after it is not`() async throws {
    try await Machine.boot { machine in
      try await machine.write(
        """
        jobs:
          - job_id: patient
            job_type: command
            schedule: {schedule_type: interval, seconds: 10}
            parameters: {argv: [/bin/true]}
        """, to: "/etc/ctx7/ctx7.yaml")
      try await machine.write(
        """
        [Unit]
        Before=network-online.target
        [Service]
        Type=oneshot
        ExecStart=/bin/sleep 4
        [Install]
        WantedBy=network-online.target
        """, to: "/etc/systemd/system/slow-network.service")
      try await machine.run(
        """
        systemctl stop network-online.target; systemctl enable --quiet slow-network.service
        ctx7-units generate
        """)
      try await machine.wait(until: "ctx7ctl history patient 2>/dev/null | grep -q ' completed '")
      try await machine.run(
        "systemctl stop ctx7-job-patient.timer; sleep 2; systemctl start ctx7-job-patient.service")
      let triggers = try await machine.run("ctx7ctl history patient --json | grep '\"trigger\"'")
      #expect(
        triggers.split(separator: "\n").map { $0.split(separator: "\"").last { $0 != "," } }
          == ["manual", "timer"])
    }
  }

  @Test func `timers fire the job, and journal and history tell of it`() async throws {
    try await Machine.boot { machine in
      try await machine.write(Self.twoJobs, to: "/etc/ctx7/ctx7.yaml")
      try await machine.write("# Widgets\n\nA widget is a thing.\n", to: "/srv/docs/widgets.md")
      let summary = try await machine.run("ctx7-units generate --config /etc/ctx7/ctx7.yaml")
      #expect(summary.contains("created 4, updated 0, unchanged 0, removed 0"))
      try await machine.run("ctx7ctl documents add file:///srv/docs/widgets.md --technology widgets")

      let timers = try await machine.run("systemctl list-timers --output=json 'ctx7-job-*'")
      #expect(timers.contains("ctx7-job-every-two-seconds.timer"))
      #expect(timers.contains("ctx7-job-weekly.timer"))

      try await machine.wait(
        until: "(( $(ctx7ctl history every-two-seconds 2>/dev/null | grep -c ' completed ') >= 2 ))")
      try await machine.run("systemctl stop ctx7-job-every-two-seconds.timer; journalctl --sync")
      let lines = try await machine.run(
        "journalctl CTX_JOB_ID=every-two-seconds CTX_STEP=document_refresh_job_complete --output=json")
      let entries = try lines.split(separator: "\n").map { line in
        try #require(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
      }
      #expect(entries.count >= 2)
      let message = try #require(entries.first?["MESSAGE"] as? String)
      #expect(
        message.hasPrefix("PIPELINE_METRICS: step=document_refresh_job_complete correlation_id=\"scheduled_"))
      #expect(entries.first?["SYSLOG_IDENTIFIER"] as? String == "ctx7-job-exec")
      #expect(entries.first?["_SYSTEMD_UNIT"] as? String == "ctx7-job-every-two-seconds.service")

      let history = try await machine.run("ctx7ctl history every-two-seconds --json")
      let records = try #require(JSONSerialization.jsonObject(with: Data(history.utf8)) as? [[String: Any]])
      #expect(records.allSatisfy { $0["status"] as? String == "completed" })
      #expect(records.allSatisfy { $0["trigger"] as? String == "timer" })
      let owners = try await machine.run("stat --format=%U /var/lib/ctx7 /var/lib/ctx7/* | sort -u")
      #expect(owners == "ctx7")
    }
  }

  @Test func `a document that the units cannot see is refused, and is not gone where it got in`() async throws
  {
    try await Machine.boot { machine in
      try await machine.write(Self.twoJobs, to: "/etc/ctx7/ctx7.yaml")
      for folder in ["/home", "/home/ada", "/tmp"] {
        try await machine.write("# Widgets\n\nA widget is a thing.\n", to: "\(folder)/widgets.md")
        let refused = try await machine.answer(
          "ctx7ctl documents add \(folder)/widgets.md --technology widgets")
        #expect(refused.status == 64, "\(refused.text)")
        try await machine.run(
          "ctx7ctl documents add \(folder)/widgets.md --technology widgets --state-dir /var/lib/ctx7")
      }
      try await machine.run("ctx7-units generate")
      _ = try await machine.answer("systemctl start ctx7-job-weekly.service")
      let states = try await machine.run("ctx7ctl documents list | awk 'NR > 1 {print $3}' | sort | uniq -c")
      #expect(states.split(separator: " ") == ["3", "failing"], "\(states)")
    }
  }

  @Test func `a job that is gone from the configuration loses its timer and keeps its history`() async throws
  {
    try await Machine.boot { machine in
      try await machine.write(Self.twoJobs, to: "/etc/ctx7/ctx7.yaml")
      try await machine.run("ctx7-units generate")
      try await machine.wait(until: "ctx7ctl history every-two-seconds 2>/dev/null | grep -q completed")
      try await machine.run(
        "sed -i '/every-two-seconds/,/skip_recent/d' /etc/ctx7/ctx7.yaml; cat /etc/ctx7/ctx7.yaml")
      let summary = try await machine.run("ctx7-units generate")
      #expect(summary.contains("created 0, updated 0, unchanged 2, removed"))
      let timers = try await machine.run("systemctl list-timers --all --no-legend 'ctx7-job-*'")
      #expect(!timers.contains("every-two-seconds"))
      #expect(timers.contains("ctx7-job-weekly.timer"))
      let leftovers = try await machine.run(
        "systemctl list-units --all --no-legend 'ctx7-job-every*'; ls /etc/systemd/system/timers.target.wants"
      )
      #expect(!leftovers.contains("every-two-seconds"))
      let history = try await machine.run("ctx7ctl history every-two-seconds")
      #expect(history.contains("completed"))
    }
  }

  @Test func `generating twice changes nothing and fires nothing`() async throws {
    try await Machine.boot { machine in
      try await machine.run("mkdir -p /etc/ctx7")
      let first = try await machine.run("ctx7-units generate")
      #expect(first.contains("created 8, updated 0, unchanged 0, removed 0"))
      try await machine.run("ls -l --time-style=full-iso /usr/local/lib/systemd/system >/run/before")
      let second = try await machine.run("ctx7-units generate")
      #expect(second.contains("created 0, updated 0, unchanged 8, removed 0"))
      try await machine.run("ls -l --time-style=full-iso /usr/local/lib/systemd/system | diff /run/before -")
      let failed = try await machine.run("systemctl list-units --failed --no-legend 'ctx7-*'")
      #expect(failed == "")
    }
  }

  @Test func `turning the service off disables the timers, turning it on brings them back`() async throws {
    try await Machine.boot { machine in
      try await machine.run("mkdir -p /etc/ctx7; ctx7-units generate")
      try await machine.run("BG_JOBS_ENABLED=false ctx7-units generate")
      let off = try await machine.run("systemctl list-timers --no-legend 'ctx7-job-*'")
      #expect(off == "")
      let skipped = try await machine.run(
        "systemctl start ctx7-job-weekly-document-refresh.service; journalctl --sync; journalctl -t ctx7-job-exec -o cat"
      )
      #expect(skipped.contains("weekly-document-refresh skipped: all jobs are turned off"))
      try await machine.run("ctx7-units generate")
      let on = try await machine.run("systemctl list-timers --no-legend 'ctx7-job-*' | wc -l")
      #expect(on == "4")
    }
  }
}
