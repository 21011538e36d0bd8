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

  /// Compiles a library of Tests/Machine for `LD_PRELOAD`.
  func library(_ name: String, file: String = #filePath) async throws -> String {
    let source = URL(fileURLWithPath: file).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Machine/\(name).c").path
    let library = "\(directory)/\(name).so"
    let compiled = try await Program.run("cc", ["-shared", "-fPIC", "-o", library, source, "-ldl"])
    guard compiled.status == 0 else { throw Unusable(description: compiled.error) }
    return library
  }

  struct Unusable: Error, CustomStringConvertible {
    let description: String
  }
}

/// What SQLite says of a database file.
func integrity(_ path: String) throws -> String? {
  try DatabaseQueue(path: path).read { try String.fetchOne($0, sql: "PRAGMA integrity_check") }
}
