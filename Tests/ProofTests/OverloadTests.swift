import Ctx7History
import Ctx7Model
import Foundation
import GRDB
import TestSupport
import Testing

/// More executors at once than may run, wait or hold the database.
@Suite struct OverloadTests {
  private struct Row: FetchableRecord {
    let id: String
    let job: String
    let status: String
    let createdAt: Int64
    let startedAt: Int64
    let completedAt: Int64?

    init(row: GRDB.Row) {
      id = row["execution_id"]
      job = row["job_id"]
      status = row["status"]
      createdAt = row["created_at"]
      startedAt = row["started_at"]
      completedAt = row["completed_at"]
    }

    /// `high-3` is a job of high priority.
    var priority: Int {
      ["low", "medium", "high", "critical"].firstIndex { job.hasPrefix($0) } ?? 0
    }
  }

  private func run(_ count: Int, queue: Int) async throws -> ([Program.Ended], [Row]) {
    let priorities = ["low", "medium", "high", "critical"]
    let ids = (0..<count).map { "\(priorities[$0 % 4])-\($0)" }
    let jobs = ids.map { id in
      """
        - job_id: \(id)
          job_type: command
          priority: \(id.split(separator: "-")[0])
          schedule: {hours: 1}
          parameters: {argv: [/bin/sleep, "0.3"]}
      """
    }
    var result: ([Program.Ended], [Row]) = ([], [])
    let config = "max_concurrent_jobs: 5\njob_queue_size: \(queue)\njobs:\n" + jobs.joined(separator: "\n")
    try await Bench.with(config) { bench in
      _ = try bench.history(in: { try makeDirectory(bench.state) }())
      let ended = try await withThrowingTaskGroup(of: Program.Ended.self) { group in
        for id in ids { group.addTask { try await bench.execute(id) } }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      let rows = try await DatabaseQueue(path: bench.state + "/jobs.sqlite").read { database in
        try Row.fetchAll(database, sql: "SELECT * FROM background_job_executions ORDER BY started_at")
      }
      result = (ended, rows)
    }
    return result
  }

  private func makeDirectory(_ path: String) throws -> String {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    return path
  }

  private func mostAtOnce(_ rows: [Row]) -> Int {
    rows.map { row in
      rows.count { $0.startedAt <= row.startedAt && row.startedAt < $0.completedAt ?? .max }
    }.max() ?? 0
  }

  @Test func `60 executors at once: never more than five work, the more urgent ones first, none fails`()
    async throws
  {
    let (ended, rows) = try await run(60, queue: 100)
    #expect(ended.allSatisfy { $0.status == 0 }, "\(ended.filter { $0.status != 0 }.map(\.error))")
    #expect(!ended.contains { $0.error.contains("locked") })
    #expect(rows.count == 60)
    #expect(rows.allSatisfy { $0.status == "completed" })
    #expect(mostAtOnce(rows) <= 5)
    // Overtaken by a less urgent one that came no earlier; those who look every tenth of a second get some slack.
    let slack: Int64 = 500
    let overtaken = rows.flatMap { first in
      rows.filter { later in
        later.priority > first.priority && later.createdAt + slack < first.startedAt
          && first.createdAt < first.startedAt && later.startedAt > first.startedAt + slack
      }.map { "\(first.id) before \($0.id)" }
    }
    #expect(overtaken.isEmpty, "\(overtaken)")
  }

  @Test func `what finds the queue full steps back, and is counted`() async throws {
    let (ended, rows) = try await run(40, queue: 10)
    #expect(ended.allSatisfy { $0.status == 0 || $0.status == 75 })
    let skipped = ended.count { $0.status == 75 }
    #expect(rows.count == 40 - skipped)
    #expect(rows.allSatisfy { $0.status == "completed" })
    #expect(mostAtOnce(rows) <= 5)
    let waiting =
      rows.map { row in
        rows.count { $0.createdAt <= row.createdAt && row.createdAt < $0.startedAt }
      }.max() ?? 0
    #expect(waiting <= 10)
  }
}
