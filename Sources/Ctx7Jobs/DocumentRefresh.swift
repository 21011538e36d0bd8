public import Ctx7Documents
public import Ctx7Model

/// Fetches the documents that are about to expire, and keeps what has changed.
///
/// Workspaces are worked on side by side, the documents of one workspace one after the other, so that there are
/// never more requests at once than `max_concurrent_workspace_jobs`. A document that cannot be fetched keeps its
/// content, and a workspace that fails stops no other one.
public struct DocumentRefresh: Job {
  let parameters: RefreshParameters
  let store: DocumentStore
  let policy: TTLPolicy

  /// Creates the job.
  public init(_ parameters: RefreshParameters, store: DocumentStore, policy: TTLPolicy) {
    self.parameters = parameters
    self.store = store
    self.policy = policy
  }

  /// The documents that a run at `now` would fetch.
  public func candidates(at now: Timestamp) throws -> [TrackedDocument] {
    try workspaces().flatMap { workspace in
      try store.candidates(in: workspace, parameters, at: now).compactMap { try store.document($0) }
    }
  }

  /// Does the work of one execution.
  public func run(_ context: JobContext) async throws -> JobReport {
    context.emit(
      PipelineMetrics(
        "document_refresh_job_start",
        ["correlation_id": .text(context.correlationID), "job_id": .text(context.jobID.rawValue)]))
    let start = context.uptimeMilliseconds()
    do {
      let results = try await WebSource.with(delaySeconds: parameters.rateLimitDelaySeconds) { web in
        try await refreshAll(AnySource(web: web), context)
      }
      let report = RefreshReport(results, durationMilliseconds: context.uptimeMilliseconds() - start)
      context.emit(report.completionLine(context.correlationID))
      return report.jobReport(context, parameters)
    } catch {
      context.emit(
        PipelineMetrics(
          "document_refresh_job_error", level: .warning,
          [
            "correlation_id": .text(context.correlationID),
            "duration_ms": .integer(Int(context.uptimeMilliseconds() - start)),
            "error": .text(String(describing: error)),
          ]))
      throw error
    }
  }

  private func workspaces() throws -> [WorkspaceName] {
    try store.workspaces().filter { parameters.workspaces.includes($0.rawValue) }
  }

  /// At most `max_concurrent_workspace_jobs` workspaces at once, the next one as soon as one is done.
  private func refreshAll(_ source: some DocumentSource, _ context: JobContext) async throws
    -> [WorkspaceResult]
  {
    let workspaces = try workspaces()
    let board = ProgressBoard(workspaces: workspaces.count, report: context.report)
    return try await withThrowingTaskGroup(of: WorkspaceResult.self) { group in
      var waiting = workspaces[...]
      var results: [WorkspaceResult] = []
      func startNext() {
        guard let workspace = waiting.popFirst() else { return }
        group.addTask {
          let refresh = WorkspaceRefresh(
            workspace: workspace, parameters: parameters, store: store, source: source, policy: policy,
            context: context, board: board)
          return try await refresh.run()
        }
      }
      for _ in 0..<parameters.maxConcurrentWorkspaceJobs { startNext() }
      while let result = try await group.next() {
        results.append(result)
        startNext()
      }
      return results
    }
  }
}
