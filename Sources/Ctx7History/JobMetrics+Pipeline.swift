public import Ctx7Model

extension JobMetrics {
  /// The line that exports a job's metrics to the journal.
  ///
  /// - Parameter health: how the job is doing by its schedule and thresholds too; nil for one that is not generated.
  public func pipelineMetrics(_ health: Health?) -> PipelineMetrics {
    PipelineMetrics(
      nil,
      [
        "job_id": .text(jobID.rawValue),
        "total_executions": .integer(totalExecutions),
        "successful_executions": .integer(successfulExecutions),
        "failed_executions": .integer(failedExecutions),
        "error_rate": .figure(errorRate.formatted(decimals: 2) + "%"),
        "average_duration": .figure(averageDurationSeconds.formatted(decimals: 2) + "s"),
        "health_status": .text((health ?? self.health).rawValue),
        "consecutive_failures": .integer(consecutiveFailures),
      ])
  }
}
