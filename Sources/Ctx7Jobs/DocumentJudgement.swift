internal import Ctx7Documents
internal import Ctx7Model

/// What a text is worth: its version, its quality, and how long it stays fresh.
struct DocumentJudgement {
  let version: VersionNumber?
  let quality: QualityScore
  let ttl: TTLPolicy.Explanation

  /// Judges a text, and writes down how.
  init(
    _ document: TrackedDocument, _ normalised: NormalisedDocument, _ validators: Validators,
    policy: TTLPolicy,
    context: JobContext
  ) {
    var start = context.uptimeMilliseconds()
    version = VersionNumber(firstIn: normalised.text)
    quality = QualityScore(of: normalised.text)
    Self.announce(quality, context, since: start)
    start = context.uptimeMilliseconds()
    ttl = policy.explain(
      TTLPolicy.Subject(
        technology: document.technology, type: document.type, text: normalised.text, version: version,
        quality: quality.value,
        daysSinceChange: validators.upstream?.changedAt.map {
          Int(context.now().milliseconds(since: $0) / 86_400_000)
        },
        stars: validators.upstream?.stars))
    Self.announce(ttl, quality, document, context, since: start)
  }

  private static func announce(_ quality: QualityScore, _ context: JobContext, since start: Int64) {
    let score = PipelineMetrics.Value.figure(quality.value.formatted(decimals: 2))
    context.emit(
      "context7_quality_assessment",
      [
        "duration_ms": context.duration(since: start), "correlation_id": context.correlation,
        "quality_score": score, "content_length": .integer(quality.characters),
      ])
    context.emit(
      "context7_quality_assessment_detail",
      [
        "correlation_id": context.correlation, "content_length": .integer(quality.characters),
        "code_blocks": .integer(quality.codeBlocks), "headers": .integer(quality.headings),
        "links": .integer(quality.links), "found_indicators": .integer(quality.indicators),
        "final_score": score,
      ])
  }

  private static func announce(
    _ ttl: TTLPolicy.Explanation, _ quality: QualityScore, _ document: TrackedDocument, _ context: JobContext,
    since start: Int64
  ) {
    context.emit(
      "context7_ttl_calculation",
      [
        "duration_ms": context.duration(since: start), "correlation_id": context.correlation,
        "ttl_days": .integer(ttl.days), "doc_type": .text(document.type.rawValue),
        "technology": .text(document.technology),
      ])
    context.emit(
      "context7_ttl_calculation_detail",
      [
        "correlation_id": context.correlation, "base_ttl": .integer(ttl.defaultDays),
        "tech_multiplier": .figure(ttl.technology.formatted(decimals: 2)),
        "doc_type_multiplier": .figure(ttl.type.formatted(decimals: 2)), "final_ttl": .integer(ttl.days),
        "quality_score": .figure(quality.value.formatted(decimals: 2)),
      ])
  }
}
