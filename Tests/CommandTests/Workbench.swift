import Ctx7Model
import Foundation
import TestSupport

/// A state directory and a configuration of their own, and our programs run against them as a user would.
struct Workbench {
  let directory: String

  var state: String { directory + "/state" }
  var config: String { directory + "/ctx7.yaml" }

  static func with(_ config: String = "", _ body: (Workbench) async throws -> Void) async throws {
    try await withTemporaryDirectory { directory in
      let bench = Workbench(directory: directory)
      try write(config, to: bench.config)
      try await body(bench)
    }
  }

  var environment: [String: String] { ["CTX7_CONFIG": config, "CTX7_STATE_DIR": state] }

  func run(_ program: String, _ arguments: String..., environment: [String: String] = [:]) async throws
    -> Program.Ended
  {
    try await Program.run(program, arguments, environment: self.environment.merging(environment) { $1 })
  }

  /// Runs the refresh job.
  func refresh(_ arguments: String..., environment: [String: String] = [:]) async throws -> Program.Ended {
    try await Program.run(
      "ctx7-job-exec", ["--job", "weekly-document-refresh"] + arguments,
      environment: self.environment.merging(environment) { $1 })
  }

  /// Tracks a document that is due.
  func track(_ source: String) async throws -> Program.Ended {
    try await run("ctx7ctl", "documents", "add", source, "--technology", "widgets", "--expires-in", "1s")
  }

  /// The executions, newest first.
  func history() async throws -> [JSONValue] {
    let ended = try await run("ctx7ctl", "history", "--json")
    return try JSONValue(parsing: ended.output).array ?? []
  }
}

/// A text long enough for several chunks.
func longText(_ word: String) -> String {
  "# \(word)\n\n"
    + (1...60).map {
      "## Part \($0) of \(word)\n\n" + String(repeating: "All about \(word) number \($0). ", count: 12)
    }
    .joined(separator: "\n\n")
}

/// Every test but the slow one lets documents be fetched again at once.
let eager = """
  fetch: {allow_private_hosts: true, retries: 0}
  jobs:
    - job_id: weekly-document-refresh
      parameters: {skip_recent_updates: false, rate_limit_delay_seconds: 0}
  """
