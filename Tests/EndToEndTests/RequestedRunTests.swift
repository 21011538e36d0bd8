import TestSupport
import Testing

/// Runs that somebody asks for, and that come to nothing before they begin.
@Suite(.enabled(if: Machine.unavailable == nil, Comment(rawValue: Machine.unavailable ?? "")))
struct RequestedRunTests {
  private func withJob(_ command: String, _ body: @Sendable (Machine) async throws -> Void) async throws {
    try await Machine.boot { machine in
      try await machine.write(
        """
        jobs:
          - job_id: asked
            job_type: command
            schedule: {schedule_type: cron, cron_expression: "0 3 1 1 *"}
            parameters: {argv: [/bin/sh, -c, "\(command)"]}
        """, to: "/etc/ctx7/ctx7.yaml")
      try await machine.run("ctx7-units generate")
      try await body(machine)
    }
  }

  @Test
  func `one whose unit cannot be set up fails under its own id, and the next one is not mistaken for it`()
    async throws
  {
    try await withJob("true") { machine in
      try await machine.write(
        "[Service]\nLoadCredential=gone:/nonexistent/gone\n",
        to: "/run/systemd/system/ctx7-job-asked.service.d/gone.conf")
      let failed = try await machine.answer("systemctl daemon-reload; ctx7ctl run asked --wait")
      #expect(failed.status == 70, "\(failed.text)")
      #expect(failed.text.contains("243/CREDENTIALS"), "\(failed.text)")
      #expect(try await machine.run("ctx7ctl history asked --json | grep '\"trigger\"'").contains("manual"))
      let ended = try await machine.answer(
        """
        rm -r /run/systemd/system/ctx7-job-asked.service.d; systemctl daemon-reload
        systemctl reset-failed ctx7-job-asked.service
        ctx7ctl run asked --wait
        """)
      #expect(ended.status == 0, "\(ended.text)")
    }
  }

  @Test(arguments: ["exit 3", "exit 0"])
  func `one that ends at once is followed from its first line to its last`(ending: String) async throws {
    try await withJob("echo last words; \(ending)") { machine in
      // The journal holds nothing of the job before the first one.
      for _ in 0..<5 {
        let followed = try await machine.answer("ctx7ctl run asked --follow")
        let lines = followed.text.split(separator: "\n").map(String.init)
        let expected = [
          "step=job_execution_start", "ctx7-job-exec: last words", "step=job_execution_complete",
          "ctx7-job-exec: asked \(ending == "exit 0" ? "completed" : "failed") ",
        ]
        for words in expected {
          #expect(lines.count { $0.contains(words) } == 1, "\(words) in \(followed.text)")
        }
        #expect(!followed.text.contains("note:"), "\(followed.text)")
      }
      let shown = try await machine.run(
        "ctx7ctl show $(ctx7ctl history asked --limit 1 | grep -o 'asked_[0-9a-f]*') --lines 3")
      let log = shown.split(separator: "\n").suffix(3)
      #expect(log.allSatisfy { $0.contains(" ctx7-job-exec: ") }, "\(shown)")
    }
  }

  @Test func `one whose job cannot be built fails under its own id`() async throws {
    try await withJob("true") { machine in
      try await machine.write(
        "jobs: [{job_id: tidy, job_type: ttl_cleanup, schedule: {cron_expression: '0 3 1 1 *'}}]",
        to: "/etc/ctx7/jobs.d/tidy.yaml")
      try await machine.write("no database", to: "/var/lib/ctx7/documents.sqlite")
      let failed = try await machine.answer("ctx7-units generate; ctx7ctl run tidy --wait")
      #expect(failed.text.contains("before it began"), "\(failed.text)")
      let history = try await machine.run("ctx7ctl history tidy --json | grep trigger")
      #expect(history.contains("manual"), "\(history)")
    }
  }

  @Test func `a log level that is none costs no firing`() async throws {
    try await withJob("true") { machine in
      let ended = try await machine.answer(
        "systemctl set-environment CTX7_LOG=debgu; ctx7ctl run asked --wait")
      #expect(ended.status == 0, "\(ended.text)")
      let warned = try await machine.run(
        "journalctl --sync; journalctl --boot --output=cat --priority=warning --identifier=ctx7-job-exec")
      #expect(warned.contains("CTX7_LOG: 'debgu' is no level"), "\(warned)")
      let byHand = try await machine.answer("CTX7_LOG=debgu ctx7-job-exec --job asked")
      #expect(byHand.status == 64)
    }
  }

  @Test func `one that is cancelled at once does not run`() async throws {
    try await withJob("sleep 5; echo done >/var/lib/ctx7/done") { machine in
      for _ in 1...3 {
        let cancelled = try await machine.run("ctx7ctl run asked >/dev/null; ctx7ctl cancel asked")
        #expect(!cancelled.contains("nothing"), "\(cancelled)")
        let state = try await machine.run("systemctl show -P ActiveState -P Result ctx7-job-asked.service")
        #expect(state == "success\ninactive", "\(cancelled)")
      }
      #expect(try await machine.run("ctx7ctl history asked | grep -c ' cancelled '") == "3")
      #expect(try await machine.answer("ctx7ctl dlq list").text.contains("no dead letters"))
    }
  }
}
