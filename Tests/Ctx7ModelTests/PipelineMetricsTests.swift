import Ctx7Model
import Testing

@Suite struct PipelineMetricsTests {
  @Test func `a record is its step and its fields, in order`() {
    let record = PipelineMetrics(
      "document_refresh_batch_complete",
      [
        "count": .integer(3), "success_rate": .percent(66.66666), "elapsed": .figure("1.25s"),
        "ok": .flag(true),
      ])
    #expect(
      record.line
        == "PIPELINE_METRICS: step=document_refresh_batch_complete count=3 success_rate=66.7% elapsed=1.25s ok=true"
    )
  }

  @Test func `no value breaks out of its line or its quotes`() {
    let record = PipelineMetrics("s", ["title": .text("a\" step=forged\nPIPELINE_METRICS: step=x\u{1B}[31m")])
    #expect(
      record.line == #"PIPELINE_METRICS: step=s title="a\" step=forged\nPIPELINE_METRICS: step=x\u001b[31m""#)
  }

  @Test func `the export of a job's metrics has no step`() {
    #expect(PipelineMetrics(nil, ["job_id": .text("a")]).line == #"PIPELINE_METRICS: job_id="a""#)
  }

  @Test(arguments: [
    (0.0, "0.0%"), (100.0, "100.0%"), (99.95, "100.0%"), (0.05, "0.1%"), (-0.04, "0.0%"), (33.333, "33.3%"),
    (-12.34, "-12.3%"),
  ])
  func `percentages have one decimal`(value: Double, text: String) {
    #expect(PipelineMetrics.Value.percent(value).description == text)
  }
}
