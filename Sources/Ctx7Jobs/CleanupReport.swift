internal import Ctx7Documents
internal import Ctx7Model

/// The results of all workspaces of a cleanup, added up.
struct CleanupReport {
  private let results: [CleanedWorkspace]
  private let remarks: [String]
  private let nativeTTL: String?
  private let missing: String?
  /// What was left behind in other workspaces.
  var swept = DocumentStore.Deleted()
  var sweepFailure: JobFailure?
  var durationMilliseconds: Int64 = 0

  /// - Parameter missing: why there are no results, where there are workspaces.
  init(_ results: [CleanedWorkspace], missing: String? = nil, store: any ContentStore) {
    self.missing = missing
    let weaviate = store as? WeaviateStore
    remarks = weaviate?.remarks ?? []
    nativeTTL = weaviate?.nativeTTL
    self.results = results.sorted { $0.workspace < $1.workspace }
  }

  private var failed: [CleanedWorkspace] { results.filter { $0.failure != nil } }
  private var skipped: Int { results.count { $0.failure == nil && $0.unavailable != nil } }
  private var processed: Int { results.count - failed.count - skipped }
  private var documents: Int { results.reduce(swept.documents) { $0 + $1.deleted.documents } }
  private var chunks: Int { results.reduce(swept.chunks) { $0 + $1.deleted.chunks } }
  private var lost: Int { results.reduce(0) { $0 + $1.lost } }

  private var successRate: Double {
    results.count == skipped ? 100 : Double(processed) * 100 / Double(results.count - skipped)
  }

  func completionLine(_ correlationID: String) -> PipelineMetrics {
    PipelineMetrics(
      "ttl_cleanup_job_complete",
      [
        "correlation_id": .text(correlationID), "duration_ms": .integer(Int(durationMilliseconds)),
        "workspaces_processed": .integer(processed), "total_deleted_documents": .integer(documents),
        "success_rate": .percent(successRate),
      ])
  }

  func jobReport(_ context: JobContext, _ parameters: CleanupParameters) -> JobReport {
    JobReport(
      recordsProcessed: documents, recordsFailed: failed.count, summary: summary,
      result: [
        "status": failure == nil ? "completed" : "failed",
        "summary": [
          "total_workspaces": JSONValue(results.count), "processed_workspaces": JSONValue(processed),
          "failed_workspaces": JSONValue(failed.count), "skipped_workspaces": JSONValue(skipped),
          "success_rate_percent": .number(successRate),
          "total_deleted_documents": JSONValue(documents), "total_deleted_chunks": JSONValue(chunks),
          "total_lost_documents": JSONValue(lost), "duration_ms": JSONValue(durationMilliseconds),
        ],
        "workspace_results": .object(results.map { .init($0.workspace.rawValue, json($0)) }),
        "failed_workspaces": .array(failed.map { .string($0.workspace.rawValue) }),
        "native_ttl": JSONValue(nativeTTL),
        "remarks": .array(remarks.map { .string($0) }),
        "parameters": JobWork.ttlCleanup(parameters).parametersJSON,
        "correlation_id": .string(context.correlationID),
        "completed_at": JSONValue(context.now()),
      ],
      failure: failure)
  }

  private var failure: JobFailure? {
    let causes = failed.compactMap(\.failure) + [sweepFailure].compactMap(\.self)
    guard let errorClass = ErrorClass(decidedBy: causes) else { return nil }
    let parts = [
      failed.first?.failure.map {
        "\(failed.count) of \(results.count.counted("workspace")) failed: \($0.message)"
      },
      sweepFailure.map { "old documents were not swept: \($0.message)" },
    ]
    return JobFailure(errorClass, parts.compactMap(\.self).joined(separator: "; "), causes: causes)
  }

  private var summary: String {
    var parts = ["\(documents.counted("expired document")) deleted in \(processed.counted("workspace"))"]
    if let missing { parts.append(missing) }
    if skipped > 0 { parts.append("\(skipped.counted("workspace")) skipped") }
    if lost > 0 { parts.append("\(lost.counted("document")) found without content, to be fetched again") }
    return parts.joined(separator: ", ")
  }

  private func json(_ result: CleanedWorkspace) -> JSONValue {
    [
      "deleted_documents": JSONValue(result.deleted.documents),
      "deleted_chunks": JSONValue(result.deleted.chunks), "lost_documents": JSONValue(result.lost),
      "duration_ms": JSONValue(result.milliseconds),
      "status": .string(result.failure == nil ? result.unavailable?.status ?? "completed" : "failed"),
      "error": JSONValue(result.failure?.message ?? result.unavailable?.description),
    ]
  }
}
