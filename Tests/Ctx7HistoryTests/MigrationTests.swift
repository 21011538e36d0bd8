import Ctx7Database
import Ctx7Model
import GRDB
import TestSupport
import Testing

@testable import Ctx7History

/// What a later version does to the file of this one, and what this one then says.
///
/// The later one is made here: this version's migrations and one more.
@Suite struct MigrationTests {
  private static let name = "3 of a later version"

  private struct PowerCut: Error {}

  /// Adds a column, and counts how often it did.
  private static func later(fails: Bool = false) -> DatabaseMigrator {
    var migrator = Schema.migrator
    migrator.registerMigration(name) { database in
      try database.execute(
        sql: """
          ALTER TABLE background_job_executions ADD COLUMN host TEXT NOT NULL DEFAULT 'here';
          CREATE TABLE times (migrated INTEGER);
          INSERT INTO times VALUES (1);
          """)
      if fails { throw PowerCut() }
    }
    return migrator
  }

  private func withOlderHistory(_ body: (String) async throws -> Void) async throws {
    try await withHistory { history, path in
      for number in 1...100 { try history.open(try attempt("e\(number)")) }
      try await body(path)
    }
  }

  @Test func `the first version's figures and conditions go on in this one`() async throws {
    try await withTemporaryDirectory { directory in
      let path = directory + "/jobs.sqlite"
      let first = try DatabaseQueue(path: path)
      try Schema.migrator.migrate(first, upTo: "1 configs, executions, metrics")
      try await first.write { database in
        try database.execute(
          sql: """
            INSERT INTO background_job_metrics (job_id, duration_counts, average_memory_usage_mb,
              measured_executions, updated_at) VALUES ('nightly', '[0,0,0,0,0,0,0,0,0,0,0]', 30, 3, 0);
            INSERT INTO background_job_alerts (type, job_id, severity, message, created_at)
              VALUES ('job_failure', 'nightly', 'critical', '', 0), ('job_failure', 'nightly', 'error', '', 1);
            INSERT INTO background_job_alert_states (job_id, type, since, last_alert_at)
              VALUES ('nightly', 'job_failure', 0, 1);
            """)
      }
      try first.close()
      let history = try HistoryStore(path: path)
      func raise(_ severity: Alert.Severity) throws -> Bool {
        let alert = Alert(
          .failure, severity, jobID: try jobID("nightly"), executionID: nil, message: "",
          timestamp: Timestamp(rawValue: 2))
        return try history.raise(alert, repeatSeconds: 3600, sinks: []) != nil
      }
      #expect(try raise(.error) == false)
      #expect(try raise(.critical))
      let attempt = try attempt("a")
      try history.open(attempt)
      try history.close(attempt, as: .completed, ending(after: 1, memory: 70))
      let metrics = try #require(try history.metrics(of: jobID("nightly")))
      #expect(metrics.averageMemoryMB == 40)
      #expect(metrics.averageCPUPercent == 50)
    }
  }

  @Test func `of sixteen that open an older file at once one migrates it, and no row is lost`() async throws {
    try await withOlderHistory { path in
      try await withThrowingTaskGroup(of: Int?.self) { group in
        for _ in 0..<16 {
          group.addTask {
            let file = try DatabaseFile(path: path, access: .readWrite, migrator: Self.later())
            return try file.read {
              try Int.fetchOne($0, sql: "SELECT count(*) FROM background_job_executions WHERE host = 'here'")
            }
          }
        }
        for try await count in group { #expect(count == 100) }
      }
      let file = try DatabaseFile(path: path, access: .readOnly, migrator: Self.later())
      let migrations = try file.read { try Int.fetchOne($0, sql: "SELECT sum(migrated) FROM times") }
      #expect(migrations == 1)
    }
  }

  @Test func `a migration that is cut off leaves the file as it was`() async throws {
    try await withOlderHistory { path in
      #expect(throws: StorageError.self) {
        try DatabaseFile(path: path, access: .readWrite, migrator: Self.later(fails: true))
      }
      #expect(try HistoryStore(path: path).executions(limit: 1000).count == 100)
      // The next one begins anew.
      let file = try DatabaseFile(path: path, access: .readWrite, migrator: Self.later())
      #expect(try file.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM times") } == 1)
    }
  }

  @Test func `this version refuses what the later one has migrated, and changes nothing`() async throws {
    try await withOlderHistory { path in
      _ = try DatabaseFile(path: path, access: .readWrite, migrator: Self.later())
      for access in [DatabaseFile.Access.readWrite, .readOnly] {
        let error = #expect(throws: StorageError.self) { try HistoryStore(path: path, access: access) }
        #expect(error == .newerSchema(path: path))
      }
      let file = try DatabaseFile(path: path, access: .readOnly, migrator: Self.later())
      #expect(
        try file.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM background_job_executions") } == 100)
    }
  }

  @Test func `who may only read is told that the file is older, and not that there is none`() async throws {
    try await withOlderHistory { path in
      let error = #expect(throws: StorageError.self) {
        try DatabaseFile(path: path, access: .readOnly, migrator: Self.later())
      }
      #expect(error == .olderSchema(path: path))
      #expect(error?.description.contains("the next 'ctx7-units generate' or execution") == true)
    }
  }
}
