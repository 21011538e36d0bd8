internal import Ctx7Documents
internal import Ctx7Model

/// What became of a document in a refresh.
enum DocumentFate {
  /// `withoutModel`: the model's proposal could not be used, and the text was cut without it.
  case replaced(withoutModel: Bool)
  /// The source says the same as before; only the expiry moved.
  case unchanged
  case gone(JobFailure)
  case failed(JobFailure)
  /// Left for the next run: the source answers nothing more in this one.
  case deferred(SourceStopped)
  /// Somebody has stopped tracking it since the run began, or moved it to another store.
  case overtaken
}

/// What the source of a document answered, before anything is made of it.
struct FetchedDocument: Sendable {
  let document: TrackedDocument
  /// By the clock that never steps.
  let askedAt: Int64
  let answer: Result<Fetched, any Error>
}

/// The refresh of one document: fetch, normalise, compare, then replace or extend.
struct DocumentStep {
  let document: TrackedDocument
  let services: DocumentServices
  let connections: DocumentServices.Connections
  let context: JobContext

  /// Asks the source.
  func ask() async -> FetchedDocument {
    let start = context.uptimeMilliseconds()
    context.emit(
      "context7_document_processing_start",
      [
        "correlation_id": context.correlation, "document_title": .text(document.title),
        "technology": .text(document.technology), "owner": .text(document.source.owner),
      ])
    let answer: Result<Fetched, any Error>
    do {
      answer = .success(try await fetch(isCurrent ? known : known.unconditional))
    } catch {
      answer = .failure(error)
    }
    announceFetched(answer, since: start)
    context.debug(
      "\(document.id): \(document.source) \(Self.words(answer)) after \(context.uptimeMilliseconds() - start) ms"
    )
    return FetchedDocument(document: document, askedAt: start, answer: answer)
  }

  private static func words(_ answer: Result<Fetched, any Error>) -> String {
    switch answer {
    case .success(.notModified): "says that nothing has changed"
    case .success(.content(let text, _)): "answered with \(text.utf8.count) bytes"
    case .failure(let error): "failed: \(error)"
    }
  }

  /// Refreshes the document by the answer of its source; whatever that did wrong, the content stays.
  ///
  /// - Throws: `CancellationError`, and what the store throws that holds for every document, while this one is still
  ///   tracked.
  func run(_ fetched: FetchedDocument) async throws -> DocumentFate {
    do {
      return try await refresh(fetched.answer)
    } catch let stop as SourceStopped {
      return .deferred(stop)
    } catch let error as SourceError {
      return try failed(JobFailure(error), error, since: fetched.askedAt)
    } catch let error as ModelError {
      return try failed(JobFailure(error), nil, since: fetched.askedAt)
    } catch let error as ContentRefused {
      return try failed(JobFailure(error), nil, since: fetched.askedAt)
    } catch is DocumentChanged {
      return .overtaken
    } catch {
      // What cannot be written because it is tracked no more is nobody's failure.
      guard !(error is CancellationError), try services.rows.document(document.id) == nil else { throw error }
      return .overtaken
    }
  }

  private func failed(_ failure: JobFailure, _ error: SourceError?, since start: Int64) throws -> DocumentFate
  {
    context.emit(
      "context7_document_processing_error", level: .warning,
      [
        "duration_ms": context.duration(since: start), "correlation_id": context.correlation,
        "error": .text(failure.message), "success": .flag(false),
      ])
    if case .gone = error?.reason {
      try services.rows.markGone(document, at: context.now(), why: failure.message)
      return .gone(failure)
    }
    try services.rows.recordFailure(document, why: failure.message)
    return .failed(failure)
  }

  /// Whether what is stored can stay as it is when the source says the same as before.
  private var isCurrent: Bool {
    guard let content = document.content, document.store == connections.content.kind else { return false }
    return services.embeddingModel.map { $0 == content.embedding?.model } ?? true
  }

  private var known: Validators { document.content?.validators ?? Validators() }

  private func refresh(_ answer: Result<Fetched, any Error>) async throws -> DocumentFate {
    guard isCurrent else { return try await take(answer.get(), known) }
    do {
      return try await take(answer.get(), known)
    } catch is ContentLost {
      return try await replace(fetch(known.unconditional), known)
    }
  }

  private func take(_ fetched: Fetched, _ known: Validators) async throws -> DocumentFate {
    switch fetched {
    case .notModified: return try await extend(validators: known)
    case .content(let text, let validators):
      let normalised = try normalised(text)
      if isCurrent, normalised.contentHash == document.content?.hash {
        return try await extend(validators: validators)
      }
      let length = normalised.text.utf8.count
      if let stored = document.content?.length, length * 10 < stored {
        throw SourceError(document.source, .shrunk(from: stored, to: length))
      }
      return try await replace(with: normalised, validators)
    }
  }

  private func replace(_ fetched: Fetched, _ known: Validators) async throws -> DocumentFate {
    guard case .content(let text, let validators) = fetched else {
      return try await extend(validators: known)
    }
    return try await replace(with: normalised(text), validators)
  }

  private func normalised(_ text: String) throws -> NormalisedDocument {
    do {
      return try NormalisedDocument(text)
    } catch {
      throw SourceError(document.source, error)
    }
  }

  private func extend(validators: Validators) async throws -> DocumentFate {
    let now = context.now()
    let days = document.content?.ttlDays ?? services.settings.ttl.minimumDays
    try await connections.content.extend(
      document, until: now.adding(days: Int64(days)), validators: validators, now: now)
    return .unchanged
  }

  private func replace(with normalised: NormalisedDocument, _ validators: Validators) async throws
    -> DocumentFate
  {
    let start = context.uptimeMilliseconds()
    let judgement = DocumentJudgement(
      document, normalised, validators, policy: TTLPolicy(services.settings.ttl), context: context)
    let (pieces, withoutModel) = try await pieces(of: normalised.text)
    let chunks = try await embedded(pieces)
    let now = context.now()
    let content = TrackedDocument.Content(
      of: normalised, chunkCount: chunks.count, quality: judgement.quality, ttlDays: judgement.ttl.days,
      validators: validators, fetchedAt: now,
      embedding: connections.embedder.flatMap { embedder in
        chunks.first?.vector.map { EmbeddingMark(model: embedder.model, length: $0.count) }
      },
      ttlFactors: judgement.ttl.json)
    try await connections.content.replace(
      document, with: content, version: judgement.version?.description, chunks: chunks,
      expiresAt: now.adding(days: Int64(judgement.ttl.days)), now: now)
    announceStored(chunks.count, judgement, since: start)
    return .replaced(withoutModel: withoutModel)
  }

  /// Cut by the model where one may propose how, else by the chunker.
  private func pieces(of text: String) async throws -> ([String], withoutModel: Bool) {
    let chunker = Chunker()
    guard let boundaries = connections.boundaries else { return (chunker.chunks(of: text), false) }
    if let pieces = try await boundaries.chunks(of: text, chunker: chunker) { return (pieces, false) }
    return (chunker.chunks(of: text), true)
  }

  /// All vectors are there before anything is written.
  private func embedded(_ pieces: [String]) async throws -> [Chunk] {
    guard let embedder = connections.embedder else { return pieces.map { Chunk($0) } }
    return zip(pieces, try await embedder.vectors(for: pieces)).map { Chunk($0, vector: $1) }
  }

  private func announceStored(_ chunks: Int, _ judgement: DocumentJudgement, since start: Int64) {
    let duration = context.duration(since: start)
    context.emit(
      "context7_pipeline_processing",
      [
        "duration_ms": duration, "correlation_id": context.correlation, "success": .flag(true),
        "chunks_processed": .integer(chunks),
      ])
    context.emit(
      "context7_ttl_metadata_added",
      [
        "correlation_id": context.correlation, "content_id": .text(document.id),
        "workspace_slug": .text(document.workspace.rawValue), "ttl_days": .integer(judgement.ttl.days),
      ])
    context.emit(
      "context7_document_processing_complete",
      [
        "duration_ms": duration, "correlation_id": context.correlation, "success": .flag(true),
        "ttl_days": .integer(judgement.ttl.days),
        "quality_score": .figure(judgement.quality.value.formatted(decimals: 2)),
        "chunks_processed": .integer(chunks),
      ])
  }
}
