public import Ctx7Database
public import Ctx7Documents
public import Ctx7History
public import Ctx7Model
internal import Glibc

/// Everything that is exported, read at one moment.
public struct Snapshot: Sendable {
  struct Job {
    let id: JobID
    let isEnabled: Bool
    let metrics: JobMetrics
  }

  let jobs: [Job]
  /// Nil where nobody asked: a file that is written when an execution ends would go on telling of that moment.
  let running: [JobID: Int]?
  let deadLetters: Int
  let workspaces: [DocumentStore.Overview]
  let databases: [(name: String, bytes: Int)]

  /// Reads.
  ///
  /// - Parameters:
  ///   - documents: nil when none were ever tracked.
  ///   - running: the executions that are under way; nil leaves them out.
  ///   - isEnabled: whether a job fires.
  public init(
    _ history: HistoryStore, documents: DocumentStore?, running: [ExecutionRecord]? = nil, now: Timestamp,
    isEnabled: (ResolvedJob) -> Bool
  ) throws(StorageError) {
    let metrics = try history.metricsByJob()
    jobs = try history.jobs().map { job in
      Job(
        id: job.config.id, isEnabled: isEnabled(job),
        metrics: metrics[job.config.id] ?? JobMetrics(jobID: job.config.id))
    }
    self.running = running.map { Dictionary($0.map { ($0.jobID, 1) }, uniquingKeysWith: +) }
    deadLetters = try history.deadLetterCount()
    workspaces = try documents?.overviews(at: now) ?? []
    let files = [("jobs", history.file.path)] + (documents.map { [("documents", $0.file.path)] } ?? [])
    databases = files.map { (name: $0, bytes: Self.size(of: $1)) }
  }

  private static func size(of path: String) -> Int {
    var status = stat()
    return stat(path, &status) == 0 ? Int(status.st_size) : 0
  }
}
