import Ctx7Model
import TestSupport
import Testing

/// The wall clock of a machine is set while a job runs.
@Suite(.enabled(if: Machine.unavailable == nil, Comment(rawValue: Machine.unavailable ?? "")))
struct ClockTests {
  @Test func `a clock that is set back by a day during a run spoils neither durations nor order`()
    async throws
  {
    try await Machine.boot(at: 1_800_000_000) { machine in
      try await machine.write(
        """
        jobs:
          - job_id: patient
            job_type: command
            schedule: {schedule_type: cron, cron_expression: "0 3 1 1 *"}
            parameters: {argv: [/bin/sh, -c, "until [ -e /srv/go ]; do sleep 0.05; done"]}
        """, to: "/etc/ctx7/ctx7.yaml")
      try await machine.run("ctx7-units generate; systemctl start --no-block ctx7-job-patient.service")
      try await machine.wait(until: "ctx7ctl running | grep -q patient")
      try await machine.run("clockjump set -86400; touch /srv/go")
      try await machine.wait(
        until: "[[ $(systemctl show -P ActiveState ctx7-job-patient.service) == inactive ]]")
      try await machine.run("systemctl start ctx7-job-patient.service")

      let rows = try JSONValue(parsing: await machine.run("ctx7ctl history patient --json")).array ?? []
      #expect(rows.map { $0["status"] } == ["completed", "completed"])
      func time(_ row: JSONValue?, _ name: String) throws -> Timestamp {
        try #require(row?[name]?.string.flatMap { Timestamp(rfc3339: $0) })
      }
      let (second, first) = (rows.first, rows.last)
      // Each clock is told as it was; the row that was opened first comes last all the same.
      #expect(try time(first, "completed_at") < time(first, "started_at"))
      #expect(try time(second, "started_at") < time(first, "started_at"))
      for row in rows {
        let seconds = try #require(row["duration_seconds"]?.number)
        #expect((0..<3600).contains(seconds))
      }
      let metrics = try JSONValue(parsing: await machine.run("ctx7ctl metrics patient --json"))
      #expect(metrics["total_executions"] == 2)
      #expect((0..<3600).contains(metrics["average_duration_seconds"]?.number ?? -1))
    }
  }
}
