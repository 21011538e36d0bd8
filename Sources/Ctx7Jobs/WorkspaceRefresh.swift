internal import Ctx7Documents
internal import Ctx7Model

/// The refresh of one workspace: its candidates one after the other, in batches.
struct WorkspaceRefresh {
  let workspace: WorkspaceName
  let parameters: RefreshParameters
  let services: DocumentServices
  let connections: DocumentServices.Connections
  let context: JobContext
  let board: ProgressBoard

  /// Works through the candidates.
  ///
  /// - Throws: only `CancellationError`; whatever else fails is in the result.
  func run() async throws -> WorkspaceResult {
    emit("document_refresh_workspace_start", [:])
    let start = context.uptimeMilliseconds()
    var result = WorkspaceResult(workspace: workspace)
    board.begin(workspace)
    do {
      result = try await connections.content.during(workspace) { try await refreshAll(result) }
    } catch let reason as WorkspaceUnavailable {
      result.unavailable = reason
    } catch {
      try Task.checkCancellation()
      result.error = JobFailure(error)
    }
    result.durationMilliseconds = context.uptimeMilliseconds() - start
    finish(result)
    return result
  }

  /// - Returns: the counts, up to where the store itself failed.
  private func refreshAll(_ begun: WorkspaceResult) async throws -> WorkspaceResult {
    var result = begun
    do {
      try await connections.content.settle(workspace)
      let candidates = try services.rows.candidates(
        in: workspace, parameters, at: context.startedAt, store: services.settings.documentStore,
        model: services.embeddingModel)
      result.candidates = candidates.count
      result.leftToExpire = try services.rows.leftToExpire(in: workspace, parameters, at: context.startedAt)
      emit(
        "document_refresh_candidates_found",
        [
          "candidates_count": .integer(candidates.count),
          "total_queried": .integer(try services.rows.documentCount(in: workspace)),
        ])
      board.add(candidates.count)
      for (number, first) in stride(from: 0, to: candidates.count, by: parameters.batchSize).enumerated() {
        let batch = candidates[first..<min(first + parameters.batchSize, candidates.count)]
        try await refresh(batch, number: number + 1, &result)
      }
    } catch {
      try Task.checkCancellation()
      result.error = JobFailure(error)
    }
    return result
  }

  /// Fetches the next document while the one before is read and stored, where that sends no requests of its own: there
  /// is never more than one at once.
  private func refresh(_ batch: ArraySlice<String>, number: Int, _ result: inout WorkspaceResult) async throws
  {
    let start = context.uptimeMilliseconds()
    let before = result
    // At once: a row that is read for itself waits for all that is being written.
    let documents = try services.rows.documents(batch)
    try await withThrowingTaskGroup(of: DocumentFate.self) { group in
      for document in documents {
        try Task.checkCancellation()
        let fetched = await step(document).ask()
        // No more than two texts are in memory.
        if let fate = try await group.next() { result.count(fate) }
        if storesWithoutRequests {
          // After the requests that are to be sent: each that waits costs its whole latency.
          group.addTask(priority: .utility) { try await take(fetched) }
        } else {
          result.count(try await take(fetched))
        }
      }
      while let fate = try await group.next() { result.count(fate) }
    }
    emit(
      "document_refresh_batch_complete",
      [
        "batch_number": .integer(number), "duration_ms": .integer(Int(context.uptimeMilliseconds() - start)),
        "batch_size": .integer(batch.count), "refreshed": .integer(result.refreshed - before.refreshed),
        "failed": .integer(result.failed - before.failed),
      ])
  }

  private var storesWithoutRequests: Bool {
    connections.content.kind == .embedded && connections.embedder == nil && connections.boundaries == nil
  }

  private func take(_ fetched: FetchedDocument) async throws -> DocumentFate {
    let fate = try await step(fetched.document).run(fetched)
    announce(fate, of: fetched.document, milliseconds: context.uptimeMilliseconds() - fetched.askedAt)
    board.count(fate)
    return fate
  }

  private func step(_ document: TrackedDocument) -> DocumentStep {
    DocumentStep(document: document, services: services, connections: connections, context: context)
  }

  private func announce(_ fate: DocumentFate, of document: TrackedDocument, milliseconds: Int64) {
    let fields: [PipelineMetrics.Field] = [
      .init("correlation_id", .text(context.correlationID)), .init("content_id", .text(document.id)),
      .init("duration_ms", .integer(Int(milliseconds))),
    ]
    switch fate {
    case .replaced, .unchanged:
      let technology = PipelineMetrics.Field("technology", .text(document.technology))
      context.emit(PipelineMetrics("document_refresh_success", fields: fields + [technology]))
    case .overtaken: context.debug("\(document.id): removed or moved meanwhile")
    case .gone, .failed, .deferred:
      context.emit(PipelineMetrics("document_refresh_failed", level: .warning, fields: fields))
    }
  }

  private func finish(_ result: WorkspaceResult) {
    let duration = PipelineMetrics.Value.integer(Int(result.durationMilliseconds))
    if let error = result.error ?? result.unavailable.map({ JobFailure($0) }) {
      emit(
        "document_refresh_workspace_error", level: .warning,
        ["duration_ms": duration, "error": .text(error.message)])
    } else {
      emit(
        "document_refresh_workspace_complete",
        [
          "duration_ms": duration, "candidates": .integer(result.candidates),
          "refreshed": .integer(result.refreshed), "failed": .integer(result.failed),
        ])
    }
    board.end(workspace)
  }

  private func emit(
    _ step: String, level: PipelineMetrics.Level = .info,
    _ fields: KeyValuePairs<String, PipelineMetrics.Value>
  ) {
    let mine: [PipelineMetrics.Field] = [
      .init("correlation_id", .text(context.correlationID)), .init("workspace", .text(workspace.rawValue)),
    ]
    context.emit(PipelineMetrics(step, level: level, fields: mine + fields.map { .init($0.key, $0.value) }))
  }
}
