import Ctx7Database
import Ctx7Documents
import Ctx7Jobs
import Ctx7Model
import GRDB
import Synchronization
import TestSupport
import Testing

/// Everything around one refresh, in a directory of its own.
struct Stage {
  let store: DocumentStore
  let directory: String
  let lines = Lines()
  var parameters = RefreshParameters(
    minimumQualityScore: 0, skipRecentUpdates: false, rateLimitDelaySeconds: 0)
  var now = Timestamp(seconds: 1_790_000_000)

  final class Lines: Sendable {
    private let all = Mutex<[PipelineMetrics]>([])
    private let isKept = Atomic(true)
    func append(_ line: PipelineMetrics) {
      if isKept.load(ordering: .relaxed) { all.withLock { $0.append(line) } }
    }
    /// For runs of more lines than memory is for.
    func keepsNothing() { isKept.store(false, ordering: .relaxed) }
    var value: [PipelineMetrics] { all.withLock { $0 } }
    var steps: [String] { value.compactMap(\.step) }
  }

  static func with(_ body: (inout Stage) async throws -> Void) async throws {
    try await withTemporaryDirectory { directory in
      var stage = Stage(store: try DocumentStore(path: directory + "/documents.sqlite"), directory: directory)
      try await body(&stage)
    }
  }

  var context: JobContext {
    get throws {
      let now = now
      return JobContext(
        jobID: try #require(JobID(rawValue: "refresh")), correlationID: "manual_1", startedAt: now,
        now: { now },
        uptimeMilliseconds: { 0 }, report: { _ in }, emit: { [lines] in lines.append($0) })
    }
  }

  @discardableResult
  func track(_ url: String, technology: String = "widgets") throws -> TrackedDocument {
    try store.track(
      SourceLocation(url), technology: technology, in: #require(WorkspaceName(technology: technology)),
      expiresAt: now, now: now
    ).document
  }

  /// Tracks many documents in one transaction.
  func trackMany(_ address: String, workspaces: Int, documents: Int) throws {
    try store.file.write { database in
      for workspace in 0..<workspaces {
        try database.execute(
          sql: "INSERT INTO workspaces (name, technology, created_at) VALUES (?, ?, ?)",
          arguments: ["t\(workspace)-docs", "t\(workspace)", now])
        for number in 0..<documents {
          let url = "\(address)/\(workspace)/\(number)"
          let name = try #require(WorkspaceName(rawValue: "t\(workspace)-docs"))
          try database.execute(
            sql: """
              INSERT INTO documents (content_id, workspace, source_url, technology, title, created_at, updated_at,
                expires_at)
              VALUES (?1, ?2, ?3, ?4, ?4, ?5, ?5, ?5)
              """,
            arguments: [
              TrackedDocument.id(of: SourceLocation(url), in: name), name.rawValue, url, "t\(workspace)", now,
            ])
        }
      }
    }
  }

  /// Where content is and comes from; sources on loopback are allowed, and nothing is tried twice.
  var settings = {
    var settings = ServiceSettings()
    settings.fetch.allowPrivateHosts = true
    settings.fetch.retries = 0
    return settings
  }()
  var secrets = Secrets()

  var services: DocumentServices {
    DocumentServices(rows: store, settings: settings, secrets: secrets, retryDelay: .milliseconds(1))
  }

  func refresh() async throws -> JobReport {
    try await DocumentRefresh(parameters, services: services).run(context)
  }

  func clean(_ parameters: CleanupParameters = CleanupParameters()) async throws -> JobReport {
    try await TTLCleanup(parameters, services: services).run(context)
  }
}
