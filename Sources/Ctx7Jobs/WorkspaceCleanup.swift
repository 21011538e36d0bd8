internal import Ctx7Documents
internal import Ctx7Model

/// What a cleanup did in one workspace.
struct CleanedWorkspace {
  let workspace: WorkspaceName
  var deleted = DocumentStore.Deleted()
  /// Documents whose content was found to be missing: the next refresh fetches them.
  var lost = 0
  var milliseconds: Int64 = 0
  var failure: JobFailure?
  var unavailable: WorkspaceUnavailable?

  init(workspace: WorkspaceName) {
    self.workspace = workspace
  }
}

/// The cleanup of one workspace: batches of expired documents, then the comparison of rows and content.
struct WorkspaceCleanup {
  let workspace: WorkspaceName
  let parameters: CleanupParameters
  let store: any ContentStore
  let context: JobContext
  let board: CleanupBoard

  /// Cleans up.
  ///
  /// - Throws: only `CancellationError`; whatever else fails is in the result.
  func run() async throws -> CleanedWorkspace {
    context.emit(
      "ttl_cleanup_workspace_start",
      ["correlation_id": context.correlation, "workspace": .text(workspace.rawValue)])
    context.emit(
      "context7_cleanup_start",
      ["correlation_id": context.correlation, "workspace_slug": .text(workspace.rawValue)])
    board.begin()
    let start = context.uptimeMilliseconds()
    var result = CleanedWorkspace(workspace: workspace)
    do {
      result = try await store.during(workspace) { try await clean(result) }
    } catch let reason as WorkspaceUnavailable {
      result.unavailable = reason
    } catch {
      try Task.checkCancellation()
      result.failure = JobFailure(error)
    }
    result.milliseconds = context.uptimeMilliseconds() - start
    announce(result)
    return result
  }

  /// - Returns: the counts, up to where the store failed.
  private func clean(_ begun: CleanedWorkspace) async throws -> CleanedWorkspace {
    var result = begun
    do {
      while true {
        try Task.checkCancellation()
        let batch = try await store.deleteExpired(
          in: workspace, at: context.startedAt, batch: parameters.batchSize)
        result.deleted.add(batch)
        board.count(batch.documents)
        if batch.documents < parameters.batchSize { break }
      }
      result.deleted.chunks += try await store.deleteOrphans(in: workspace, at: context.startedAt)
      result.lost = try await store.reconcile(
        workspace, at: context.startedAt, batch: parameters.batchSize)
    } catch {
      try Task.checkCancellation()
      result.failure = JobFailure(error)
    }
    return result
  }

  private func announce(_ result: CleanedWorkspace) {
    let name = PipelineMetrics.Value.text(workspace.rawValue)
    let duration = PipelineMetrics.Value.integer(Int(result.milliseconds))
    if let failure = result.failure ?? result.unavailable.map({ JobFailure($0) }) {
      context.emit(
        "context7_cleanup_error", level: .warning,
        [
          "duration_ms": duration, "correlation_id": context.correlation, "workspace_slug": name,
          "error": .text(failure.message),
        ])
      return context.emit(
        "ttl_cleanup_workspace_error", level: .warning,
        [
          "correlation_id": context.correlation, "workspace": name, "duration_ms": duration,
          "error": .text(failure.message),
        ])
    }
    if store.kind == .weaviate {
      context.emit(
        "context7_weaviate_cleanup",
        [
          "duration_ms": duration, "correlation_id": context.correlation,
          "deleted_documents": .integer(result.deleted.documents),
          "deleted_chunks": .integer(result.deleted.chunks),
        ])
    }
    context.emit(
      "context7_cleanup_complete",
      [
        "duration_ms": duration, "correlation_id": context.correlation, "workspace_slug": name,
        "total_deleted": .integer(result.deleted.documents),
      ])
    context.emit(
      "ttl_cleanup_workspace_complete",
      [
        "correlation_id": context.correlation, "workspace": name, "duration_ms": duration,
        "deleted_documents": .integer(result.deleted.documents),
        "deleted_chunks": .integer(result.deleted.chunks),
      ])
  }
}
