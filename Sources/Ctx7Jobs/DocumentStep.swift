internal import Ctx7Documents
internal import Ctx7Model

/// What became of a document in a refresh.
enum DocumentFate {
  case replaced
  /// The source says the same as before; only the expiry moved.
  case unchanged
  case gone(JobFailure)
  case failed(JobFailure)
}

/// The refresh of one document: fetch, normalise, compare, then replace or extend.
struct DocumentStep {
  let document: TrackedDocument
  let store: DocumentStore
  let source: any DocumentSource
  let policy: TTLPolicy
  let context: JobContext

  /// Refreshes the document; whatever the source does wrong, the content stays.
  ///
  /// - Throws: `CancellationError`, and `StorageError` when the store itself fails.
  func run() async throws -> DocumentFate {
    do {
      let fetched = try await source.fetch(
        document.source, validators: document.content?.validators ?? Validators())
      switch fetched {
      case .notModified: return try extend(validators: document.content?.validators ?? Validators())
      case .content(let text, let validators): return try take(text, validators)
      }
    } catch let error as SourceError {
      let failure = JobFailure(error)
      if case .gone = error.reason {
        try store.markGone(document, at: context.now(), why: failure.message)
        return .gone(failure)
      }
      try store.recordFailure(document, why: failure.message)
      return .failed(failure)
    }
  }

  private func take(_ text: String, _ validators: Validators) throws -> DocumentFate {
    let normalised: NormalisedDocument
    do {
      normalised = try NormalisedDocument(text)
    } catch {
      throw SourceError(document.source, error)
    }
    if normalised.contentHash == document.content?.hash { return try extend(validators: validators) }
    let length = normalised.text.utf8.count
    if let stored = document.content?.length, length * 10 < stored {
      throw SourceError(document.source, .shrunk(from: stored, to: length))
    }
    return try replace(with: normalised, validators)
  }

  private func extend(validators: Validators) throws -> DocumentFate {
    let now = context.now()
    let days = document.content?.ttlDays ?? policy.minimumDays
    try store.extend(document, until: now.adding(days: Int64(days)), validators: validators, now: now)
    return .unchanged
  }

  private func replace(with normalised: NormalisedDocument, _ validators: Validators) throws -> DocumentFate {
    let version = VersionNumber(firstIn: normalised.text)
    let quality = assess(normalised.text)
    let ttl = computeTTL(normalised.text, version, quality)
    let chunks = Chunker().chunks(of: normalised.text)
    let now = context.now()
    let content = TrackedDocument.Content(
      of: normalised, chunkCount: chunks.count, quality: quality, ttlDays: ttl.days, validators: validators,
      fetchedAt: now)
    try store.replace(
      document, with: content, version: version?.description, chunks: chunks,
      expiresAt: now.adding(days: Int64(ttl.days)), now: now)
    return .replaced
  }

  private func assess(_ text: String) -> QualityScore {
    let start = context.uptimeMilliseconds()
    let quality = QualityScore(of: text)
    context.emit(
      PipelineMetrics(
        "context7_quality_assessment",
        [
          "duration_ms": .integer(Int(context.uptimeMilliseconds() - start)),
          "correlation_id": .text(context.correlationID),
          "quality_score": .figure(quality.value.formatted(decimals: 2)),
          "content_length": .integer(quality.characters),
        ]))
    return quality
  }

  private func computeTTL(_ text: String, _ version: VersionNumber?, _ quality: QualityScore)
    -> TTLPolicy.Explanation
  {
    let start = context.uptimeMilliseconds()
    let ttl = policy.explain(
      TTLPolicy.Subject(
        technology: document.technology, type: document.type, text: text, version: version,
        quality: quality.value))
    context.emit(
      PipelineMetrics(
        "context7_ttl_calculation",
        [
          "duration_ms": .integer(Int(context.uptimeMilliseconds() - start)),
          "correlation_id": .text(context.correlationID), "ttl_days": .integer(ttl.days),
          "doc_type": .text(document.type.rawValue), "technology": .text(document.technology),
        ]))
    return ttl
  }
}
