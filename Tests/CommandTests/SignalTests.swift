import Ctx7Model
import Foundation
import TestSupport
import Testing

/// Executions that meet signals and each other.
@Suite struct SignalTests {
  /// A refresh whose source takes its time, what the test does beside it, and what it finds afterwards.
  private func slowRefresh(
    _ beside: (Workbench, _ signal: @escaping @Sendable (CInt) -> Void) async throws -> Void,
    then: (Workbench, Program.Ended) async throws -> Void
  ) async throws {
    try await LoopbackServer.with({ _ in .init(200, longText("widgets"), delay: .seconds(30)) }) { server in
      try await Workbench.with(eager) { bench in
        _ = try await bench.track(server.address + "/llms.txt")
        let ended = try await Program.run(
          "ctx7-job-exec", ["--job", "weekly-document-refresh"], environment: bench.environment
        ) { signal in
          for _ in 0..<1000 where server.requests.isEmpty { try await Task.sleep(for: .milliseconds(10)) }
          try #require(server.requests.count == 1)
          try await beside(bench, signal)
        }
        try await then(bench, ended)
      }
    }
  }

  @Test(arguments: [(SIGTERM, 143, "stopped by SIGTERM"), (SIGINT, 130, "stopped by Ctrl-C")])
  func `a signal cancels the execution, which says so and is recorded`(
    signal: CInt, status: Int, message: String
  ) async throws {
    try await slowRefresh {
      $1(signal)
    } then: { bench, ended in
      #expect(ended.status == status)
      let record = try #require(try await bench.history().first)
      #expect(record["status"] == "cancelled")
      #expect(record["error_message"]?.string == message)
    }
  }

  @Test func `a reader that goes away stops no run`() async throws {
    let job = """
      jobs:
        - job_id: chatty
          job_type: command
          schedule: {cron_expression: "0 0 1 1 *"}
          parameters: {argv: [sh, -c, 'echo one; sleep 0.3; echo two; echo three']}
      """
    try await Workbench.with(job) { bench in
      let script = #""$0" --job chatty | head -n 1"#
      let read = try await Program.run(
        "sh", ["-c", script, Program.directory + "/ctx7-job-exec"], environment: bench.environment)
      #expect(read.output == "one\n")
      #expect(try await bench.history().map { $0["status"]?.string } == ["completed"])
    }
  }

  @Test func `a second executor of the job is told to try again`() async throws {
    try await slowRefresh { bench, signal in
      let second = try await bench.refresh()
      #expect(second.status == 75)
      #expect(second.output == "weekly-document-refresh skipped: another execution of this job is running\n")
      let open = try #require(try await bench.history().first)
      #expect(open["status"] == "running")
      signal(SIGTERM)
    } then: { bench, _ in
      let count = try await bench.history().count
      #expect(count == 1)
    }
  }

  @Test func `what kill -9 leaves open the next execution closes`() async throws {
    try await slowRefresh {
      $1(SIGKILL)
    } then: { bench, killed in
      #expect(killed.status == -9)
      let document = try await documentID(bench)
      _ = try await bench.run("ctx7ctl", "documents", "remove", document)
      let next = try await bench.refresh()
      #expect(next.status == 0)
      let records = try await bench.history()
      #expect(records.map { $0["status"]?.string } == ["completed", "failed"])
      #expect(records.last?["error_class"] == "ProcessDied")
    }
  }

  private func documentID(_ bench: Workbench) async throws -> String {
    let list = try await bench.run("ctx7ctl", "documents", "list", "--json")
    return try JSONValue(parsing: list.output).array?.first?["content_id"]?.string ?? ""
  }

  @Test func `eight executors at once: one works, the others step back, none fails`() async throws {
    try await LoopbackServer.with({ _ in .init(200, longText("widgets"), delay: .seconds(2)) }) { server in
      try await Workbench.with(eager) { bench in
        _ = try await bench.track(server.address + "/llms.txt")
        let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
          for _ in 0..<8 { group.addTask { try await bench.refresh().status } }
          return try await group.reduce(into: []) { $0.append($1) }.sorted()
        }
        #expect(statuses == [0] + Array(repeating: 75, count: 7))
        #expect(server.requests.count == 1)
        let count = try await bench.history().count
        #expect(count == 1)
      }
    }
  }
}
