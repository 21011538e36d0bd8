public import Ctx7Documents
public import Ctx7Model

/// Deletes the documents that had expired when the run began.
///
/// The instant is fixed for the whole run, so that it ends however fast documents expire. A workspace that fails
/// stops no other one.
public struct TTLCleanup: Job {
  let parameters: CleanupParameters
  let store: DocumentStore

  /// Creates the job.
  public init(_ parameters: CleanupParameters, store: DocumentStore) {
    self.parameters = parameters
    self.store = store
  }

  private struct WorkspaceResult {
    let workspace: WorkspaceName
    var deleted = DocumentStore.Deleted()
    var milliseconds: Int64 = 0
    var failure: JobFailure?
  }

  /// Does the work of one execution.
  public func run(_ context: JobContext) async throws -> JobReport {
    context.emit(
      PipelineMetrics(
        "ttl_cleanup_job_start",
        ["correlation_id": .text(context.correlationID), "job_id": .text(context.jobID.rawValue)]))
    let start = context.uptimeMilliseconds()
    let workspaces = try store.workspaces().filter { parameters.workspaces.includes($0.rawValue) }
    var results: [WorkspaceResult] = []
    for (index, workspace) in workspaces.enumerated() {
      try Task.checkCancellation()
      context.report(
        JobProgress(
          text: "workspace \(index + 1) of \(workspaces.count) (\(workspace))", done: index,
          total: workspaces.count))
      results.append(try clean(workspace, context))
    }
    let swept = try sweep(context)
    let milliseconds = context.uptimeMilliseconds() - start
    return report(results, swept, milliseconds, context)
  }

  private func clean(_ workspace: WorkspaceName, _ context: JobContext) throws -> WorkspaceResult {
    let name = PipelineMetrics.Value.text(workspace.rawValue)
    let correlation = PipelineMetrics.Value.text(context.correlationID)
    context.emit(
      PipelineMetrics("ttl_cleanup_workspace_start", ["correlation_id": correlation, "workspace": name]))
    let start = context.uptimeMilliseconds()
    var result = WorkspaceResult(workspace: workspace)
    do {
      result.deleted = try repeatBatches(context) {
        try store.deleteExpired(in: workspace, at: context.startedAt, batch: parameters.batchSize)
      }
    } catch let error where !(error is CancellationError) {
      result.failure = JobFailure(error)
    }
    result.milliseconds = context.uptimeMilliseconds() - start
    let duration = PipelineMetrics.Value.integer(Int(result.milliseconds))
    if let failure = result.failure {
      context.emit(
        PipelineMetrics(
          "ttl_cleanup_workspace_error", level: .warning,
          [
            "correlation_id": correlation, "workspace": name, "duration_ms": duration,
            "error": .text(failure.message),
          ]))
    } else {
      context.emit(
        PipelineMetrics(
          "ttl_cleanup_workspace_complete",
          [
            "correlation_id": correlation, "workspace": name, "duration_ms": duration,
            "deleted_documents": .integer(result.deleted.documents),
            "deleted_chunks": .integer(result.deleted.chunks),
          ]))
    }
    return result
  }

  /// What excluded or vanished workspaces left behind, long after it expired.
  private func sweep(_ context: JobContext) throws -> DocumentStore.Deleted {
    let start = context.uptimeMilliseconds()
    let cutOff = context.startedAt.adding(days: -Int64(parameters.maxAgeDays))
    let swept = try repeatBatches(context) {
      try store.deleteForgotten(expiredBefore: cutOff, batch: parameters.batchSize)
    }
    context.emit(
      PipelineMetrics(
        "ttl_cleanup_database_cleanup",
        [
          "correlation_id": .text(context.correlationID),
          "duration_ms": .integer(Int(context.uptimeMilliseconds() - start)),
          "cleaned_records": .integer(swept.documents),
        ]))
    return swept
  }

  private func repeatBatches(_ context: JobContext, _ batch: () throws -> DocumentStore.Deleted) throws
    -> DocumentStore.Deleted
  {
    var total = DocumentStore.Deleted()
    while true {
      try Task.checkCancellation()
      let deleted = try batch()
      total.documents += deleted.documents
      total.chunks += deleted.chunks
      if deleted.documents < parameters.batchSize { return total }
      context.report(JobProgress(text: "\(total.documents) documents deleted", done: total.documents))
    }
  }

  private func report(
    _ results: [WorkspaceResult], _ swept: DocumentStore.Deleted, _ milliseconds: Int64, _ context: JobContext
  ) -> JobReport {
    let failed = results.filter { $0.failure != nil }
    let documents = results.reduce(swept.documents) { $0 + $1.deleted.documents }
    let chunks = results.reduce(swept.chunks) { $0 + $1.deleted.chunks }
    let processed = results.count - failed.count
    let rate = results.isEmpty ? 100 : Double(processed) * 100 / Double(results.count)
    context.emit(
      PipelineMetrics(
        "ttl_cleanup_job_complete",
        [
          "correlation_id": .text(context.correlationID), "duration_ms": .integer(Int(milliseconds)),
          "workspaces_processed": .integer(processed), "total_deleted_documents": .integer(documents),
          "success_rate": .percent(rate),
        ]))
    return JobReport(
      recordsProcessed: documents, recordsFailed: failed.count,
      summary: "\(documents.counted("expired document")) deleted in \(processed.counted("workspace"))",
      result: [
        "status": failed.isEmpty ? "completed" : "failed",
        "summary": [
          "total_workspaces": JSONValue(results.count), "processed_workspaces": JSONValue(processed),
          "failed_workspaces": JSONValue(failed.count), "success_rate_percent": .number(rate),
          "total_deleted_documents": JSONValue(documents), "total_deleted_chunks": JSONValue(chunks),
          "duration_ms": JSONValue(milliseconds),
        ],
        "workspace_results": .object(results.map { .init($0.workspace.rawValue, json($0)) }),
        "failed_workspaces": .array(failed.map { .string($0.workspace.rawValue) }),
        "parameters": JobWork.ttlCleanup(parameters).parametersJSON,
        "correlation_id": .string(context.correlationID),
        "completed_at": JSONValue(context.now()),
      ],
      failure: failed.first?.failure.map {
        JobFailure(
          $0.errorClass, "\(failed.count) of \(results.count.counted("workspace")) failed: \($0.message)")
      })
  }

  private func json(_ result: WorkspaceResult) -> JSONValue {
    [
      "deleted_documents": JSONValue(result.deleted.documents),
      "deleted_chunks": JSONValue(result.deleted.chunks),
      "duration_ms": JSONValue(result.milliseconds), "status": result.failure == nil ? "completed" : "failed",
      "error": JSONValue(result.failure?.message),
    ]
  }
}
