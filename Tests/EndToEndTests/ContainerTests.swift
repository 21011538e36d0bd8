import Foundation
import TestSupport
import Testing

/// The executor as all that a container runs: PID 1, no systemd, no journal, state on a volume.
@Suite(.enabled(if: Machine.unavailable == nil, Comment(rawValue: Machine.unavailable ?? "")))
struct ContainerTests {
  private struct Row: Decodable {
    let status: String
    let retry_count: Int
    let correlation_id: String
    let error_message: String?
  }

  private struct Container {
    let volume: String
    let user: String

    private static let program = Project.root + "/Tests/Machine/in-container"

    private func arguments(_ command: [String]) -> [String] { [Program.directory, volume, user] + command }

    func run(_ command: String...) async throws -> Program.Ended {
      try await Program.run(Self.program, arguments(command))
    }

    /// Runs a job, and stops the container as `podman stop` does once the job works.
    func stopped(_ command: String...) async throws -> Program.Ended {
      try await Program.run(Self.program, arguments(command)) { signal in
        let mark = volume + "/works"
        for _ in 0..<2000 where !FileManager.default.fileExists(atPath: mark) {
          try await Task.sleep(for: .milliseconds(10))
        }
        try #require(FileManager.default.fileExists(atPath: mark), "the job has not begun")
        signal(SIGTERM)
      }
    }

    /// Newest first.
    func history() async throws -> [Row] {
      let ended = try await run("ctx7ctl", "history", "--json")
      return try JSONDecoder().decode([Row].self, from: Data(ended.output.utf8))
    }
  }

  private func withContainer(
    _ user: String, _ script: String, _ body: (Container) async throws -> Void
  ) async throws {
    try await withTemporaryDirectory { volume in
      try write(
        """
        jobs:
          - job_id: flaky
            job_type: command
            schedule: {hours: 1}
            retry_config: {max_retries: 2, retry_delay_seconds: 1, retry_multiplier: 1}
            parameters: {argv: [/bin/sh, -c, \(String(reflecting: script))]}
        """, to: volume + "/ctx7.yaml")
      try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: volume)
      try await body(Container(volume: volume, user: user))
    }
  }

  @Test(arguments: ["0:0", "1000:1000"])
  func `failed attempts are retried in the process, and all are in the volume's history`(user: String)
    async throws
  {
    try await withContainer(user, "[ $CTX7_RETRY_COUNT -ge 2 ] || exit 75") { container in
      let ended = try await container.run("ctx7-job-exec", "--job", "flaky")
      #expect(ended.status == 0, "\(ended.error)")
      #expect(ended.output.hasPrefix("flaky completed"))
      #expect(ended.error.contains("retry 2 of 2 is due"))
      let rows = try await container.history()
      #expect(rows.map(\.status) == ["completed", "retry", "retry"])
      #expect(rows.map(\.retry_count) == [2, 1, 0])
      #expect(Set(rows.map(\.correlation_id)).count == 1)
    }
  }

  @Test func `when no retry is left a dead letter tells of it`() async throws {
    try await withContainer("1000:1000", "echo no such host >&2; exit 75") { container in
      let ended = try await container.run("ctx7-job-exec", "--job", "flaky")
      #expect(ended.status == 75)
      #expect(try await container.history().map(\.status) == ["failed", "retry", "retry"])
      let letters = try await container.run("ctx7ctl", "dlq", "list")
      #expect(letters.output.contains("no such host"))
      // Nobody generates jobs there: what is said then is true.
      let retried = try await container.run("ctx7ctl", "dlq", "retry", "1")
      #expect(retried.status == 64)
      #expect(retried.error.contains("hint: no systemd runs here"))
      #expect(retried.error.contains("ctx7-job-exec --job flaky"))
    }
  }

  @Test func `stopping the container cancels the execution, and the next one runs`() async throws {
    try await withContainer("1000:1000", "[ -e /data/works ] || { : >/data/works; exec sleep 600; }") {
      container in
      let ended = try await container.stopped("ctx7-job-exec", "--job", "flaky")
      #expect(ended.output.contains("flaky cancelled"), "\(ended.output)")
      #expect(try await container.run("ctx7-job-exec", "--job", "flaky").status == 0)
      #expect(try await container.history().map(\.status) == ["completed", "cancelled"])
    }
  }
}
