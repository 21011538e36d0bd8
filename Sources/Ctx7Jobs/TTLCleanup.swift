public import Ctx7Documents
public import Ctx7Model

/// Deletes the documents that had expired when the run began.
///
/// The instant is fixed for the whole run, so that it ends however fast documents expire. A workspace that fails
/// stops no other one.
public struct TTLCleanup: Job {
  let parameters: CleanupParameters
  let services: DocumentServices

  /// Creates the job.
  public init(_ parameters: CleanupParameters, services: DocumentServices) {
    self.parameters = parameters
    self.services = services
  }

  /// Does the work of one execution.
  public func run(_ context: JobContext) async throws -> JobReport {
    context.emit(
      "ttl_cleanup_job_start",
      ["correlation_id": context.correlation, "job_id": .text(context.jobID.rawValue)])
    let start = context.uptimeMilliseconds()
    do {
      let board = CleanupBoard(report: context.report)
      var report = try await services.withContent(beat: board.touch) {
        try await cleanAll($0, context, board)
      }
      report.durationMilliseconds = context.uptimeMilliseconds() - start
      context.emit(report.completionLine(context.correlationID))
      return report.jobReport(context, parameters)
    } catch {
      context.emit(
        "ttl_cleanup_job_error", level: .warning,
        [
          "correlation_id": context.correlation, "duration_ms": context.duration(since: start),
          "error": .text(String(describing: error)),
        ])
      throw error
    }
  }

  private func cleanAll(_ store: any ContentStore, _ context: JobContext, _ board: CleanupBoard)
    async throws -> CleanupReport
  {
    let all = try await store.workspaces()
    let workspaces = all.filter { parameters.workspaces.includes($0.rawValue) }
    board.found(workspaces.count)
    let results = try await concurrently(workspaces, limit: parameters.maxConcurrentWorkspaceJobs) {
      try await WorkspaceCleanup(
        workspace: $0, parameters: parameters, store: store, context: context, board: board
      ).run()
    }
    var report = CleanupReport(
      results, missing: workspaces.isEmpty ? parameters.workspaces.missing(all) : nil, store: store)
    do {
      try await sweep(store, context, board, &report)
    } catch {
      try Task.checkCancellation()
      report.sweepFailure = JobFailure(error)
    }
    return report
  }

  /// What excluded or vanished workspaces left behind, long after it expired.
  private func sweep(
    _ store: any ContentStore, _ context: JobContext, _ board: CleanupBoard, _ report: inout CleanupReport
  ) async throws {
    let start = context.uptimeMilliseconds()
    let cutOff = context.startedAt.adding(days: -Int64(parameters.maxAgeDays))
    for workspace in try store.rows.forgottenWorkspaces(expiredBefore: cutOff) {
      do {
        try await store.during(workspace) {
          while true {
            try Task.checkCancellation()
            let batch = try await store.deleteForgotten(
              in: workspace, expiredBefore: cutOff, batch: parameters.batchSize)
            report.swept.add(batch)
            board.count(batch.documents)
            if batch.documents < parameters.batchSize { break }
          }
        }
      } catch is WorkspaceUnavailable {
        // A tenant that may not be touched keeps what it has.
        continue
      } catch {
        try Task.checkCancellation()
        report.sweepFailure = report.sweepFailure ?? JobFailure(error)
      }
    }
    context.emit(
      "ttl_cleanup_database_cleanup",
      [
        "correlation_id": context.correlation, "duration_ms": context.duration(since: start),
        "cleaned_records": .integer(report.swept.documents),
      ])
  }
}
