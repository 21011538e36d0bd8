public import Ctx7Model

extension ExecutionRecord {
  /// The attempt under the reference's names.
  public var json: JSONValue {
    [
      "execution_id": .string(id),
      "job_id": .string(jobID.rawValue),
      "status": .string(status.rawValue),
      "trigger": .string(trigger.rawValue),
      "scheduled_for": JSONValue(scheduledFor),
      "missed_firings": JSONValue(missedFirings),
      "started_at": JSONValue(startedAt),
      "completed_at": JSONValue(ending?.completedAt),
      "duration_seconds": JSONValue(ending?.durationSeconds),
      "retry_count": JSONValue(retryCount),
      "next_attempt_at": JSONValue(ending?.nextAttemptAt),
      "error_class": JSONValue(ending?.failure?.errorClass.rawValue),
      "error_message": JSONValue(ending?.failure?.message),
      "error_details": ending?.failure?.details ?? .null,
      "result": ending?.result ?? .null,
      "correlation_id": .string(correlationID),
      "invocation_id": JSONValue(invocationID),
      "records_processed": JSONValue(ending?.recordsProcessed ?? 0),
      "records_failed": JSONValue(ending?.recordsFailed ?? 0),
      "memory_usage_mb": JSONValue(ending?.memoryMB),
      "cpu_usage_percent": JSONValue(ending?.cpuPercent),
    ]
  }
}
