import Ctx7Documents
import Ctx7Jobs
import Ctx7Model
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
    func append(_ line: PipelineMetrics) { all.withLock { $0.append(line) } }
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
