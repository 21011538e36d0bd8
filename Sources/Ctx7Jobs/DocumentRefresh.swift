public import Ctx7Documents
public import Ctx7Model

/// Fetches the documents that are about to expire, and keeps what has changed.
///
/// Workspaces are worked on side by side, the documents of one workspace one after the other, so that there are
/// never more requests at once than `max_concurrent_workspace_jobs`. A document that cannot be fetched keeps its
/// content, and a workspace that fails stops no other one.
public struct DocumentRefresh: Job {
  let parameters: RefreshParameters
  let services: DocumentServices

  /// Creates the job.
  public init(_ parameters: RefreshParameters, services: DocumentServices) {
    self.parameters = parameters
    self.services = services
  }

  /// The documents that a run at `now` would fetch.
  public func candidates(at now: Timestamp) throws -> [TrackedDocument] {
    try workspaces().flatMap { workspace in
      try services.rows.candidates(
        in: workspace, parameters, at: now, store: services.settings.documentStore,
        model: services.embeddingModel
      ).compactMap { try services.rows.document($0) }
    }
  }

  /// Does the work of one execution.
  public func run(_ context: JobContext) async throws -> JobReport {
    context.emit(
      "document_refresh_job_start",
      ["correlation_id": context.correlation, "job_id": .text(context.jobID.rawValue)])
    let start = context.uptimeMilliseconds()
    do {
      let results = try await refreshAll(context)
      let report = RefreshReport(
        results,
        missing: results.isEmpty ? parameters.workspaces.missing(try services.rows.workspaces()) : nil,
        durationMilliseconds: context.uptimeMilliseconds() - start)
      context.emit(report.completionLine(context.correlationID))
      return report.jobReport(context, parameters)
    } catch {
      context.emit(
        "document_refresh_job_error", level: .warning,
        [
          "correlation_id": context.correlation, "duration_ms": context.duration(since: start),
          "error": .text(String(describing: error)),
        ])
      throw error
    }
  }

  private func workspaces() throws -> [WorkspaceName] {
    try services.rows.workspaces().filter { parameters.workspaces.includes($0.rawValue) }
  }

  private func refreshAll(_ context: JobContext) async throws -> [WorkspaceResult] {
    let announce: Context7Source.Announce = { step, level, fields in
      var line = PipelineMetrics(step, level: level, ["correlation_id": context.correlation])
      // Durations stand first where a step has one.
      line.fields.insert(contentsOf: fields.prefix { $0.key == "duration_ms" }, at: 0)
      line.fields += fields.drop { $0.key == "duration_ms" }
      context.emit(line)
    }
    let workspaces = try workspaces()
    let board = ProgressBoard(workspaces: workspaces.count, report: context.report)
    return try await services.with(
      delaySeconds: parameters.rateLimitDelaySeconds, announce: announce, beat: board.touch
    ) { connections in
      try await concurrently(workspaces, limit: parameters.maxConcurrentWorkspaceJobs) { workspace in
        try await WorkspaceRefresh(
          workspace: workspace, parameters: parameters, services: services, connections: connections,
          context: context, board: board
        ).run()
      }
    }
  }
}
