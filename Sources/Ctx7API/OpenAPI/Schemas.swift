internal import Ctx7Model

/// The shapes that several endpoints answer with.
enum Schemas {
  static let all: KeyValuePairs<String, Schema> = [
    "Error": .object(["detail": .string]),
    "Message": .object(["message": .string]),
    "Job": job, "JobHealth": jobHealth, "Metrics": metrics, "Execution": execution, "Document": document,
    "DeadLetter": deadLetter, "Alert": alert,
  ]

  private static let health = Schema.words(API.healths)

  private static let job = Schema.object([
    "job_id": Schema(["type": "string", "pattern": "^[a-z0-9][a-z0-9_.-]*$", "maxLength": 200]),
    "job_name": .string, "job_type": .words(JobType.allCases.map(\.rawValue)), "description": .string,
    "enabled": .boolean, "priority": .words(JobPriority.allCases.map(\.rawValue)), "schedule": .string,
    "created_at": .timestamp, "updated_at": .timestamp,
  ])

  private static let jobHealth = Schema.object([
    "health_status": health, "consecutive_failures": .count, "last_execution": .timestamp.orNull,
  ])

  private static let metrics = Schema.object([
    "total_executions": .count, "successful_executions": .count, "failed_executions": .count,
    "cancelled_executions": .count, "timed_out_executions": .count, "skipped_firings": .count,
    "missed_firings": .count, "made_up_firings": .count, "last_due_at": .timestamp.orNull,
    "timer_firings": .count, "average_duration_seconds": .number, "min_duration_seconds": .number.orNull,
    "max_duration_seconds": .number.orNull, "total_records_processed": .count, "total_records_failed": .count,
    "average_memory_usage_mb": .number.orNull, "peak_memory_usage_mb": .number.orNull,
    "average_cpu_usage_percent": .number.orNull, "error_rate": .number, "retry_rate": .number,
    "last_execution_at": .timestamp.orNull, "last_success_at": .timestamp.orNull,
    "last_failure_at": .timestamp.orNull, "health_status": health, "consecutive_failures": .count,
  ])

  private static let execution = Schema.object([
    "execution_id": .string, "job_id": .string, "status": .words(ExecutionStatus.allCases.map(\.rawValue)),
    "trigger": .words(["timer", "manual"]), "scheduled_for": .timestamp.orNull, "missed_firings": .count,
    "started_at": .timestamp,
    "completed_at": .timestamp.orNull, "duration_seconds": .number.orNull, "retry_count": .count,
    "next_attempt_at": .timestamp.orNull, "error_class": .string.orNull, "error_message": .string.orNull,
    "error_details": .anything,
    "result": .anything, "correlation_id": .string, "invocation_id": .string.orNull,
    "records_processed": .count, "records_failed": .count, "memory_usage_mb": .number.orNull,
    "cpu_usage_percent": .number.orNull,
  ])

  private static let document = Schema.object([
    "content_id": .string, "workspace": .string, "source_url": .string, "technology": .string,
    "title": .string, "version": .string.orNull, "doc_type": .string, "content_hash": .string.orNull,
    "content_length": .count, "word_count": .count, "heading_count": .count, "code_block_count": .count,
    "chunk_count": .count, "quality_score": .number.orNull, "ttl_days": .count.orNull,
    "created_at": .timestamp, "updated_at": .timestamp, "last_fetched_at": .timestamp.orNull,
    "expires_at": .timestamp.orNull, "gone_at": .timestamp.orNull, "failed_fetches": .count,
    "last_error": .string.orNull, "store": .words(StoreKind.allCases.map(\.rawValue)),
    "embedding_model": .string.orNull,
  ])

  private static let deadLetter = Schema.object([
    "dead_letter_id": .count, "execution_id": .string, "job_id": .string, "correlation_id": .string,
    "error_class": .string, "error_message": .string, "failed_at": .timestamp,
    "retried_at": .timestamp.orNull,
    "job_config": .anything, "attempts": .array(of: .anything),
  ])

  private static let alert = Schema.object([
    "alert_id": .count, "type": .words(Alert.Kind.allCases.map(\.rawValue)), "job_id": .string,
    "execution_id": .string.orNull, "message": .string,
    "severity": .words(Alert.Severity.allCases.map(\.rawValue)), "details": .anything,
    "timestamp": .timestamp,
    "deliveries": .array(
      of: .object([
        "sink": .string, "state": .words(["delivered", "pending", "failed"]), "attempts": .count,
        "delivered_at": .timestamp.orNull, "next_attempt_at": .timestamp.orNull, "last_error": .string.orNull,
      ])),
  ])
}
