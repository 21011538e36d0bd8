import Ctx7CLI
import Ctx7Database
import Ctx7Executor
import Ctx7History
import Ctx7Model
import Foundation
import GRDB
import TestSupport
import Testing

/// What each chore of the maintenance job does to real databases.
@Suite struct ChoreTests {
  private static let config = """
    job_history_retention_days: 30
    max_failed_jobs_retention: 100
    backup: {keep: 2}
    """

  /// A history that a first run of the job has made, and documents beside it.
  private func withDatabases(_ body: (Bench) async throws -> Void) async throws {
    try await Bench.with(Self.config) { bench in
      let made = try await maintain(bench)
      try #require(made.status == 0, "\(made.operations)")
      try await body(bench)
    }
  }

  private func maintain(_ bench: Bench) async throws -> (
    status: Int, operations: [String: JSONValue], failure: JSONValue?
  ) {
    let ended = try await bench.execute("daily-maintenance")
    let execution = try JSONValue(parsing: ended.output)["execution"]
    let operations = execution?["result"]?["operations"]?.array ?? []
    let named = operations.compactMap { operation in
      operation["operation"]?.string.map { ($0, operation["result"] ?? operation) }
    }
    return (
      ended.status, Dictionary(named) { first, _ in first }, execution?["error_details"]
    )
  }

  private func inHistory<Value>(_ bench: Bench, _ body: (Database) throws -> Value) throws -> Value {
    try DatabaseQueue(path: bench.state + "/jobs.sqlite").write(body)
  }

  /// Executions of a job, each so many days old when it began and when it ended; nil is still open.
  private func insert(_ count: Int, _ job: String, began: Int64, ended: Int64?, _ database: Database) throws {
    try database.execute(
      sql: """
        WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < ?1)
        INSERT INTO background_job_executions (execution_id, job_id, status, trigger, started_at, completed_at,
          correlation_id, created_at, updated_at)
        SELECT ?2 || '_' || n, ?2, iif(?4 IS NULL, 'running', 'completed'), 'timer', ?3, ?4, ?2 || n, ?3, ?3
        FROM number
        """,
      arguments: [
        count, job, Timestamp.now.adding(days: -began).rawValue,
        ended.map { Timestamp.now.adding(days: -$0).rawValue },
      ])
  }

  @Test func `history goes by when it ended, in batches, and never what still runs`() async throws {
    try await withDatabases { bench in
      try inHistory(bench) { database in
        try insert(1203, "old", began: 40, ended: 40, database)
        try insert(1, "long", began: 40, ended: 1, database)
        try insert(1, "running", began: 40, ended: nil, database)
      }
      let job = try #require(JobID(rawValue: "running"))
      guard let lock = try JobLock.take(job, slots: 1, in: bench.state + "/locks") else {
        Issue.record("nobody else runs this job")
        return
      }
      let done = try await maintain(bench).operations
      _ = lock
      #expect(done["history retention"]?["deleted_executions"] == 1203)
      #expect(done["close orphans"]?["closed_executions"] == 0)
      let history = try bench.history()
      #expect(try history.execution("old_1") == nil)
      #expect(try history.execution("old_1203") == nil)
      #expect(try history.execution("long_1")?.status == .completed)
      #expect(try history.execution("running_1")?.status == .running)
    }
  }

  @Test func `an execution whose process is gone is closed, unless its unit may still try it again`()
    async throws
  {
    try await withDatabases { bench in
      try inHistory(bench) { database in
        try insert(1, "orphan", began: 1, ended: nil, database)
        try insert(1, "young", began: 0, ended: nil, database)
        try insert(1, "old", began: 1, ended: nil, database)
        try database.execute(
          sql: "UPDATE background_job_executions SET invocation_id = job_id WHERE job_id IN ('young', 'old')")
      }
      let done = try await maintain(bench).operations
      #expect(done["close orphans"]?["closed_executions"] == 2)
      let orphan = try #require(try bench.history().execution("orphan_1"))
      #expect(orphan.status == .failed)
      #expect(orphan.ending?.failure?.errorClass == .processDied)
      #expect(orphan.ending?.durationSeconds == nil)
      #expect(try bench.history().execution("young_1")?.status == .running)
      #expect(try bench.history().metrics(of: orphan.jobID)?.failedExecutions == 1)
    }
  }

  @Test func `the newest dead letters stay, as many as are configured`() async throws {
    try await withDatabases { bench in
      try inHistory(bench) { database in
        try database.execute(
          sql: """
            WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < 130)
            INSERT INTO background_job_dead_letters (execution_id, job_id, correlation_id, job_config, error_class,
              error_message, attempts, failed_at)
            SELECT 'e' || n, 'job', 'c' || n, '{}', 'ConnectionError', 'refused', '[]', n FROM number
            """)
      }
      let done = try await maintain(bench).operations
      #expect(done["dead letter retention"]?["deleted_dead_letters"] == 30)
      let letters = try bench.history().deadLetters(limit: 1000).map(\.executionID)
      #expect(letters == (31...130).reversed().map { "e\($0)" })
    }
  }

  @Test func `alerts are kept as long as the history`() async throws {
    try await withDatabases { bench in
      for days in [40, 31, 29, 0] as [Int64] {
        let alert = Alert(
          .success, .info, jobID: try #require(JobID(rawValue: "job")), executionID: nil,
          message: "\(days) days old",
          timestamp: Timestamp.now.adding(days: -days))
        _ = try bench.history().raise(alert, repeatSeconds: nil, sinks: ["ops"])
      }
      let done = try await maintain(bench).operations
      #expect(done["alert retention"]?["deleted_alerts"] == 2)
      #expect(try bench.history().alerts().map(\.alert.message) == ["0 days old", "29 days old"])
    }
  }

  @Test func `the newest backups stay, each one whole file, and no part of one that was cut off`()
    async throws
  {
    try await withDatabases { bench in
      let folder = bench.state + "/backups"
      try write("half", to: folder + "/jobs-20261125T040000000Z.sqlite.partial")
      for _ in 1...2 { _ = try await maintain(bench) }
      let newest = try #require(try await maintain(bench).operations["backup"])
      let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
      #expect(names.filter { $0.hasPrefix("jobs-") && $0.hasSuffix(".sqlite") }.count == 2)
      #expect(names.filter { $0.hasPrefix("documents-") && $0.hasSuffix(".sqlite") }.count == 2)
      #expect(names.count == 4, "\(names)")
      for name in ["history", "documents"] {
        let path = try #require(newest[name]?.string)
        #expect(names.contains((path as NSString).lastPathComponent))
        #expect(try integrity(path) == "ok")
      }
      // It was made in the middle of the fourth execution.
      let copy = try HistoryStore(path: #require(newest["history"]?.string), access: .readOnly)
      #expect(try copy.executions().map(\.status) == [.running, .completed, .completed, .completed])
    }
  }

  @Test func `a copy that an operator has put aside is not rotated away, and takes no other's place`()
    async throws
  {
    try await withDatabases { bench in
      let folder = bench.state + "/backups"
      try write("", to: folder + "/jobs-before-upgrade.sqlite")
      for _ in 1...2 { _ = try await maintain(bench) }
      let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasPrefix("jobs-") }
      #expect(names.contains("jobs-before-upgrade.sqlite"))
      #expect(names.count == 3)
    }
  }

  @Test func `a backup of a clock that went ahead does not take the place of the one just made`() async throws
  {
    try await withDatabases { bench in
      let folder = bench.state + "/backups"
      for day in 1...3 { try write("", to: folder + "/jobs-2099010\(day)T040000000Z.sqlite") }
      let made = try #require(try await maintain(bench).operations["backup"]?["history"]?.string)
      let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasPrefix("jobs-") }
      #expect(names.count == 2)
      #expect(names.contains((made as NSString).lastPathComponent))
    }
  }

  @Test func `the log of the documents is moved into their database, and statistics are renewed`()
    async throws
  {
    try await withDatabases { bench in
      let done = try await maintain(bench).operations
      #expect(done["checkpoint"] == ["history": true, "documents": true])
      #expect(done["renew statistics"] == "ok")
      let attributes = try FileManager.default.attributesOfItem(
        atPath: bench.state + "/documents.sqlite-wal")
      #expect(attributes[.size] as? Int == 0)
    }
  }

  @Test func `damage is found, named, and keeps no other chore from its work`() async throws {
    try await withDatabases { bench in
      let documents = bench.state + "/documents.sqlite"
      let (page, size) = try await DatabaseQueue(path: documents).read { database in
        (
          try Int.fetchOne(
            database, sql: "SELECT max(rootpage) FROM sqlite_schema WHERE name = 'chunks' OR type = 'index'"),
          try Int.fetchOne(database, sql: "PRAGMA page_size")
        )
      }
      let file = try #require(FileHandle(forUpdatingAtPath: documents))
      try file.seek(toOffset: UInt64((try #require(page) - 1) * #require(size)))
      try file.write(contentsOf: Data(repeating: 0xFF, count: 64))
      try file.close()
      let (status, done, failure) = try await maintain(bench)
      #expect(status == 75)
      #expect(done["check documents"]?["error"]?.string?.hasPrefix(documents) == true)
      #expect(done["check history"] == "ok")
      #expect(done["history retention"] == ["deleted_executions": 0])
      let cause = failure?["causes"]?.array?.first
      #expect(cause?["error_class"] == "DatabaseError")
      #expect(cause?["error_message"]?.string?.hasPrefix("check documents: \(documents)") == true)
    }
  }

  @Test(.enabled(if: geteuid() == 0, "needs root, to make a file system of its own"))
  func `a file system that is nearly full is told before it is`() async throws {
    try await Bench.with("backup: {keep: 0}") { bench in
      try FileManager.default.createDirectory(atPath: bench.state, withIntermediateDirectories: true)
      let script = """
        mount -t tmpfs -o size=50m,mode=0700 tmpfs "$1" || exit 99
        "$2/ctx7-job-exec" --job daily-maintenance --json
        """
      let ended = try await Program.run(
        "unshare",
        ["--mount", "--propagation", "private", "bash", "-c", script, "x", bench.state, Program.directory],
        environment: bench.environment)
      #expect(ended.status == 75)
      let execution = try JSONValue(parsing: ended.output)["execution"]
      let message = try #require(execution?["error_message"]?.string)
      #expect(message.hasPrefix("check free space: only "))
      #expect(message.contains(" MB are free in \(bench.state): make room"))
    }
  }
}
