internal import Ctx7Model

extension JobContext {
  var correlation: PipelineMetrics.Value { .text(correlationID) }

  /// Writes a line whose fields are given in full, the correlation id included.
  func emit(
    _ step: String, level: PipelineMetrics.Level = .info,
    _ fields: KeyValuePairs<String, PipelineMetrics.Value>
  ) {
    emit(PipelineMetrics(step, level: level, fields))
  }

  /// Milliseconds since an uptime, as lines have them.
  func duration(since start: Int64) -> PipelineMetrics.Value { .integer(Int(uptimeMilliseconds() - start)) }
}
