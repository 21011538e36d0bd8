internal import Ctx7Documents
internal import Ctx7Model

/// What a refresh did in one workspace.
struct WorkspaceResult {
  let workspace: WorkspaceName
  var candidates = 0
  /// Documents that are below `minimum_quality_score`.
  var leftToExpire = 0
  var replaced = 0
  var unchanged = 0
  var gone = 0
  /// The failures of documents, the first few with their causes.
  var failures: [JobFailure] = []
  var failed = 0
  /// Documents left for the next run, and why.
  var deferred = 0
  var stop: SourceStopped?
  /// Texts that the model's proposal could not be used for.
  var fallbacks = 0
  var durationMilliseconds: Int64 = 0
  /// Why the workspace was not worked through.
  var error: JobFailure?
  /// Why the workspace was left alone.
  var unavailable: WorkspaceUnavailable?

  init(workspace: WorkspaceName) {
    self.workspace = workspace
  }

  var refreshed: Int { replaced + unchanged }

  /// Why nothing came of the workspace: it was not worked through, or whatever was asked for failed. nil also for one
  /// that had nothing due.
  var failure: JobFailure? {
    if let error { return error }
    guard unavailable == nil, refreshed + gone == 0 else { return nil }
    return failures.first ?? stop.flatMap { $0.isPlanned ? nil : JobFailure($0) }
  }

  mutating func count(_ fate: DocumentFate) {
    switch fate {
    case .replaced(let withoutModel):
      replaced += 1
      if withoutModel { fallbacks += 1 }
    case .unchanged: unchanged += 1
    case .gone: gone += 1
    case .failed(let failure):
      failed += 1
      if failures.count < 20 { failures.append(failure) }
    case .deferred(let reason):
      deferred += 1
      stop = stop ?? reason
    case .overtaken: candidates -= 1
    }
  }

  var json: JSONValue {
    var members: [JSONValue.Member] = [
      .init("candidates_found", JSONValue(candidates)),
      .init("documents_refreshed", JSONValue(refreshed)),
      .init("documents_unchanged", JSONValue(unchanged)),
      .init("documents_left_to_expire", JSONValue(leftToExpire)),
      .init("documents_gone", JSONValue(gone)),
      .init("documents_failed", JSONValue(failed)),
      .init("documents_deferred", JSONValue(deferred)),
      .init("llm_fallbacks", JSONValue(fallbacks)),
      .init("duration_ms", JSONValue(durationMilliseconds)),
      .init("status", .string(failure == nil ? unavailable?.status ?? "completed" : "failed")),
    ]
    if let reason = failure?.message ?? unavailable?.description {
      members.append(.init("error", .string(reason)))
    }
    return .object(members)
  }
}

/// The results of all workspaces, added up.
struct RefreshReport {
  private let results: [WorkspaceResult]
  private let missing: String?
  private let durationMilliseconds: Int64

  /// - Parameter missing: why there are no results, where there are workspaces.
  init(_ results: [WorkspaceResult], missing: String? = nil, durationMilliseconds: Int64) {
    self.missing = missing
    self.results = results.sorted { $0.workspace < $1.workspace }
    self.durationMilliseconds = durationMilliseconds
  }

  private func sum(_ count: KeyPath<WorkspaceResult, Int>) -> Int {
    results.reduce(0) { $0 + $1[keyPath: count] }
  }

  private var processed: Int { results.count { $0.failure == nil && $0.unavailable == nil } }
  private var skipped: Int { results.count { $0.error == nil && $0.unavailable != nil } }

  /// Workspaces without candidates are processed too: nothing failed in them.
  private var successRate: Double {
    results.count == skipped ? 100 : Double(processed) * 100 / Double(results.count - skipped)
  }

  func completionLine(_ correlationID: String) -> PipelineMetrics {
    PipelineMetrics(
      "document_refresh_job_complete",
      [
        "correlation_id": .text(correlationID), "duration_ms": .integer(Int(durationMilliseconds)),
        "workspaces_processed": .integer(processed), "total_refreshed": .integer(sum(\.refreshed)),
        "success_rate": .percent(successRate),
      ])
  }

  func jobReport(_ context: JobContext, _ parameters: RefreshParameters) -> JobReport {
    let failures = results.compactMap(\.error) + stops + results.flatMap(\.failures)
    let failedWorkspaces = results.filter { $0.failure != nil }
    return JobReport(
      recordsProcessed: sum(\.refreshed) + sum(\.gone), recordsFailed: sum(\.failed),
      summary: summary,
      result: [
        "status": .string(failures.isEmpty ? "completed" : "failed"),
        "summary": [
          "total_workspaces": JSONValue(results.count),
          "processed_workspaces": JSONValue(processed),
          "failed_workspaces": JSONValue(failedWorkspaces.count),
          "skipped_workspaces": JSONValue(skipped),
          "success_rate_percent": .number(successRate),
          "total_refreshed_documents": JSONValue(sum(\.refreshed)),
          "total_unchanged_documents": JSONValue(sum(\.unchanged)),
          "total_gone_documents": JSONValue(sum(\.gone)),
          "total_failed_refreshes": JSONValue(sum(\.failed)),
          "total_deferred_documents": JSONValue(sum(\.deferred)),
          "llm_fallbacks": JSONValue(sum(\.fallbacks)),
          "duration_ms": JSONValue(durationMilliseconds),
        ],
        "workspace_results": .object(results.map { .init($0.workspace.rawValue, $0.json) }),
        "failed_workspaces": .array(failedWorkspaces.map { .string($0.workspace.rawValue) }),
        "parameters": JobWork.documentRefresh(parameters).parametersJSON,
        "correlation_id": .string(context.correlationID),
        "completed_at": JSONValue(context.now()),
      ],
      failure: failure(failures))
  }

  private var summary: String {
    let candidates = sum(\.candidates)
    if results.isEmpty { return missing ?? "no documents are tracked" }
    var parts: [String] = []
    if candidates == 0, results.count > skipped {
      parts.append("nothing is due in \((results.count - skipped).counted("workspace"))")
    }
    if sum(\.replaced) > 0 { parts.append("\(sum(\.replaced)) fetched anew") }
    if sum(\.unchanged) > 0 { parts.append("\(sum(\.unchanged)) unchanged upstream, TTL extended") }
    if sum(\.gone) > 0 { parts.append("\(sum(\.gone)) gone upstream") }
    if sum(\.failed) > 0 { parts.append("\(sum(\.failed)) failed") }
    if sum(\.deferred) > 0 { parts.append("\(sum(\.deferred)) left for the next run") }
    if sum(\.leftToExpire) > 0 {
      parts.append("\(sum(\.leftToExpire)) below minimum_quality_score left to expire")
    }
    if skipped > 0 { parts.append("\(skipped.counted("workspace")) skipped") }
    return (candidates > 0 ? "\(candidates.counted("document")) due: " : "") + parts.joined(separator: ", ")
  }

  /// Why sources answered nothing more, each reason once; a budget that is spent is as planned.
  private var stops: [JobFailure] {
    Set(results.compactMap(\.stop).filter { !$0.isPlanned }).map(JobFailure.init)
      .sorted { $0.message < $1.message }
  }

  private func failure(_ failures: [JobFailure]) -> JobFailure? {
    guard let errorClass = ErrorClass(decidedBy: failures) else { return nil }
    var parts: [String] = []
    if sum(\.failed) > 0 {
      parts.append("\(sum(\.failed)) of \(sum(\.candidates).counted("document")) failed")
    }
    if sum(\.deferred) > 0 { parts.append("\(sum(\.deferred).counted("document")) not asked for") }
    // The others are told by their documents.
    let broken = results.count { $0.error != nil }
    if broken > 0 {
      parts.append("\(broken) of \(results.count.counted("workspace")) failed")
    }
    let first = failures.prefix(3).map(\.message).joined(separator: "; ")
    return JobFailure(errorClass, "\(parts.joined(separator: ", ")): \(first)", causes: failures)
  }
}
