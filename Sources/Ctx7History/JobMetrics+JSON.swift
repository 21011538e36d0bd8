public import Ctx7Model

extension JobMetrics {
  /// The metrics under the reference's names.
  ///
  /// - Parameter health: how the job is doing by its schedule and thresholds too; nil for one that is not generated.
  public func json(_ health: Health?) -> JSONValue {
    [
      "total_executions": JSONValue(totalExecutions),
      "successful_executions": JSONValue(successfulExecutions),
      "failed_executions": JSONValue(failedExecutions),
      "cancelled_executions": JSONValue(cancelledExecutions),
      "timed_out_executions": JSONValue(timedOutExecutions),
      "skipped_firings": JSONValue(skippedFirings),
      "missed_firings": JSONValue(missedFirings),
      "made_up_firings": JSONValue(madeUpFirings),
      "last_due_at": JSONValue(lastDueAt),
      "timer_firings": JSONValue(timerFirings),
      "average_duration_seconds": .number(averageDurationSeconds),
      "min_duration_seconds": JSONValue(minDurationSeconds),
      "max_duration_seconds": JSONValue(maxDurationSeconds),
      "total_records_processed": JSONValue(totalRecordsProcessed),
      "total_records_failed": JSONValue(totalRecordsFailed),
      "average_memory_usage_mb": JSONValue(averageMemoryMB),
      "peak_memory_usage_mb": JSONValue(peakMemoryMB),
      "average_cpu_usage_percent": JSONValue(averageCPUPercent),
      "error_rate": .number(errorRate),
      "retry_rate": .number(retryRate),
      "last_execution_at": JSONValue(lastExecutionAt),
      "last_success_at": JSONValue(lastSuccessAt),
      "last_failure_at": JSONValue(lastFailureAt),
      "health_status": .string((health ?? self.health).rawValue),
      "consecutive_failures": JSONValue(consecutiveFailures),
    ]
  }
}
