internal import Ctx7Documents
internal import Ctx7Model

extension DocumentStep {
  /// Asks the source, and writes down how that went.
  func fetch(_ validators: Validators) async throws -> Fetched {
    let start = context.uptimeMilliseconds()
    let technology = PipelineMetrics.Value.text(document.technology)
    let owner = PipelineMetrics.Value.text(document.source.owner)
    context.emit(
      "context7_http_request_start",
      [
        "correlation_id": context.correlation, "url": .text(document.source.description),
        "technology": technology, "owner": owner,
      ])
    do {
      let fetched = try await connections.source.fetch(document.source, validators: validators)
      switch fetched {
      case .content(let text, _):
        context.emit(
          "context7_http_request_success",
          [
            "duration_ms": context.duration(since: start), "correlation_id": context.correlation,
            "status_code": .integer(200), "content_length": .integer(text.utf8.count),
            "technology": technology, "owner": owner,
          ])
      case .notModified:
        context.emit(
          "context7_cache_hit",
          [
            "duration_ms": context.duration(since: start), "correlation_id": context.correlation,
            "technology": technology, "owner": owner,
            "content_length": .integer(document.content?.length ?? 0),
          ])
      }
      return fetched
    } catch let error as SourceError {
      announce(error, technology, owner, since: start)
      throw error
    }
  }

  /// Says how the whole of it came out: searching, following redirects and repetitions included.
  func announceFetched(_ answer: Result<Fetched, any Error>, since start: Int64) {
    var fields: [PipelineMetrics.Field] = [
      .init("duration_ms", context.duration(since: start)), .init("correlation_id", context.correlation),
      .init("technology", .text(document.technology)), .init("owner", .text(document.source.owner)),
    ]
    switch answer {
    case .success: fields.append(.init("success", .flag(true)))
    case .failure(let error):
      fields += [.init("success", .flag(false)), .init("reason", .text(String(describing: error)))]
    }
    context.emit(PipelineMetrics("context7_fetch_complete", fields: fields))
  }

  private func announce(
    _ error: SourceError, _ technology: PipelineMetrics.Value, _ owner: PipelineMetrics.Value,
    since start: Int64
  ) {
    let duration = context.duration(since: start)
    guard let status = error.reason.status else {
      return context.emit(
        "context7_http_request_error", level: .warning,
        [
          "duration_ms": duration, "correlation_id": context.correlation, "error": .text(error.description),
          "technology": technology, "owner": owner,
        ])
    }
    context.emit(
      "context7_http_request_failed", level: .warning,
      [
        "duration_ms": duration, "correlation_id": context.correlation, "status_code": .integer(status),
        "technology": technology, "owner": owner, "reason": .text(error.description),
      ])
  }
}
