import Ctx7History
import Ctx7Model
import Foundation
import GRDB
import TestSupport

/// Jobs of a state directory of their own, run as processes.
struct Bench {
  let directory: String

  var state: String { directory + "/state" }
  var environment: [String: String] {
    ["CTX7_CONFIG": directory + "/ctx7.yaml", "CTX7_STATE_DIR": state]
  }

  static func with(_ config: String, _ body: (Bench) async throws -> Void) async throws {
    try await withTemporaryDirectory { directory in
      try write(config, to: directory + "/ctx7.yaml")
      try await body(Bench(directory: directory))
    }
  }

  func execute(_ job: String, environment: [String: String] = [:]) async throws -> Program.Ended {
    try await Program.run(
      "ctx7-job-exec", ["--job", job, "--json"], environment: self.environment.merging(environment) { $1 })
  }

  func history(in state: String? = nil) throws -> HistoryStore {
    try HistoryStore(path: (state ?? self.state) + "/jobs.sqlite")
  }
}

/// What SQLite says of a database file.
func integrity(_ path: String) throws -> String? {
  try DatabaseQueue(path: path).read { try String.fetchOne($0, sql: "PRAGMA integrity_check") }
}
