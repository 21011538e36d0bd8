import Ctx7API
import Ctx7Database
import Ctx7Documents
import Ctx7History
import Ctx7Model
import Ctx7Systemd
import Foundation
import GRDB
import InMemoryLogging
import Logging
import TestSupport

/// An API that serves on a Unix socket and a TCP port of its own, with a history to read.
struct Bench {
  static let readToken = "0123456789012345678901234567890r"
  static let operateToken = "0123456789012345678901234567890o"
  static let now = Timestamp(rawValue: 1_790_000_000_000)

  let directory: String
  let log: InMemoryLogHandler
  /// Over the Unix socket, as the user that runs the test.
  let local: HTTPProbe
  /// Over TCP.
  let remote: HTTPProbe
  let port: Int

  var history: HistoryStore {
    get throws { try HistoryStore(path: directory + "/jobs.sqlite") }
  }
  var documents: DocumentStore {
    get throws { try DocumentStore(path: directory + "/documents.sqlite") }
  }

  /// Serves while `body` runs.
  ///
  /// - Parameter jobs: stored before the first request; nil leaves the state directory empty.
  static func with(
    jobs: [JobConfig]? = [.refresh, .cleanup], host: HostSettings = HostSettings(),
    limits change: (inout ServerLimits) -> Void = { _ in },
    _ body: (Bench) async throws -> Void
  ) async throws {
    try await withTemporaryDirectory { directory in
      try FileManager.default.createDirectory(
        atPath: directory + "/disabled", withIntermediateDirectories: true)
      if let jobs {
        try HistoryStore(path: directory + "/jobs.sqlite")
          .store(jobs.map { ResolvedJob(config: $0, host: host) }, at: now)
      }
      var settings = APISettings(
        historyFile: directory + "/jobs.sqlite", documentsFile: directory + "/documents.sqlite",
        lockDirectory: directory + "/locks", disabledDirectory: directory + "/disabled", scope: .user,
        zone: { _ in .utc },
        tokens: try BearerTokens(parsing: "read \(readToken) reader\noperate \(operateToken) operator\n"),
        tokensFile: "/etc/ctx7/credentials/api-tokens")
      change(&settings.limits)
      let log = InMemoryLogHandler()
      let api = API(settings, now: { now }, logger: Logger(label: "ctx7-api") { _ in log })
      let (file, path) = try ListeningSocket.file(in: directory)
      let (tcp, port) = try ListeningSocket.loopback()
      try await withThrowingTaskGroup { group in
        group.addTask { try await api.run(on: [file, tcp]) }
        let bench = Bench(
          directory: directory, log: log, local: HTTPProbe(.file(path)), remote: HTTPProbe(.port(port)),
          port: port)
        do {
          try await body(bench)
        } catch {
          api.stop.give()
          throw error
        }
        api.stop.give()
        try await group.waitForAll()
      }
    }
  }

  /// Reads JSON under the API's prefix.
  func json(_ path: String) async throws -> JSONValue {
    let answer = try await local.get("/api/v1/background-jobs" + path)
    guard answer.status == 200 else { throw Unexpected(description: "\(path): \(answer)") }
    return try JSONValue(parsing: answer.body)
  }

  /// Leaves a dead letter.
  func addDeadLetter(message: String) throws {
    try history.file.write { database in
      try database.execute(
        sql: """
          INSERT INTO background_job_dead_letters (execution_id, job_id, correlation_id, job_config, error_class,
            error_message, attempts, failed_at) VALUES ('x', 'weekly-refresh', 'c', '{}', 'ConnectionError', ?, '[]', ?)
          """, arguments: [message, Self.now])
    }
  }

  struct Unexpected: Error, CustomStringConvertible {
    let description: String
  }
}

extension JobConfig {
  static let refresh = JobConfig(
    id: .refresh, name: "Weekly refresh", schedule: Schedule(.interval(seconds: 3600)),
    work: .documentRefresh(RefreshParameters()))
  static let cleanup = JobConfig(
    id: .cleanup, name: "Nightly cleanup", enabled: false, schedule: Schedule(.interval(seconds: 86_400)),
    work: .ttlCleanup(CleanupParameters()))
}

extension JobID {
  static let refresh = known("weekly-refresh")
  static let cleanup = known("nightly-cleanup")

  private static func known(_ text: String) -> JobID {
    guard let id = JobID(rawValue: text) else { preconditionFailure("\(text) is no job id") }
    return id
  }
}

extension HistoryStore {
  /// Leaves attempts of a job, a minute apart, the last one a minute ago; every fourth has failed.
  func fill(_ job: JobID, _ count: Int, error: String = "connection refused") throws {
    for index in 0..<count {
      let start = Bench.now.adding(seconds: Int64(index - count) * 60)
      let record = ExecutionRecord(
        id: "\(job)_\(index)", jobID: job, status: .running, trigger: .timer, startedAt: start,
        correlationID: "scheduled_\(index)")
      try open(record)
      let failed = index % 4 == 3
      let ending = ExecutionRecord.Ending(
        completedAt: start.adding(seconds: 2), durationSeconds: 1.5,
        failure: failed ? JobFailure(.connection, error) : nil, result: ["documents": 3], recordsProcessed: 3)
      try close(record, as: failed ? .failed : .completed, ending)
    }
  }
}
