extension JobConfig {
  /// The configuration under the reference's names, as stored in `background_job_configs`.
  public var json: JSONValue {
    [
      "job_id": .string(id.rawValue),
      "job_name": .string(name),
      "job_type": .string(work.type.rawValue),
      "description": .string(description),
      "enabled": .bool(enabled),
      "priority": .string(priority.rawValue),
      "schedule": schedule.json,
      "retry_config": retry.json,
      "timeout_seconds": JSONValue(timeoutSeconds),
      "parameters": work.parametersJSON,
      "max_concurrent_executions": JSONValue(maxConcurrentExecutions),
      "alert_on_failure": .bool(alertOnFailure),
      "alert_on_success": .bool(alertOnSuccess),
      "alerts": alerts.json,
    ]
  }
}

/// A stored configuration that cannot be read back: written by another version, or damaged.
public struct StoredConfigError: Error, ClassifiedError, Hashable, Sendable, CustomStringConvertible {
  /// The key whose value is missing or unreadable.
  public var key: String

  /// The class by which retries and exit statuses are decided.
  public var errorClass: ErrorClass { .configuration }

  /// The text for people.
  public var description: String {
    "the stored job configuration has no usable '\(key)'; 'ctx7-units generate' renews it, with --user for your own"
  }
}

extension JSONValue {
  func required<Value>(_ key: String, _ read: (JSONValue) -> Value?) throws(StoredConfigError) -> Value {
    guard let value = self[key].flatMap(read) else { throw StoredConfigError(key: key) }
    return value
  }

  func optional<Value>(_ key: String, _ read: (JSONValue) -> Value?) throws(StoredConfigError) -> Value? {
    guard let member = self[key], member != .null else { return nil }
    guard let value = read(member) else { throw StoredConfigError(key: key) }
    return value
  }
}

extension RetryPolicy {
  /// The policy under the reference's names.
  public var json: JSONValue {
    [
      "max_retries": JSONValue(maxRetries),
      "retry_delay_seconds": JSONValue(delaySeconds),
      "retry_multiplier": .number(multiplier),
      "max_retry_delay_seconds": JSONValue(maxDelaySeconds),
      "retry_on_errors": .array(retryOn.map { .string($0.rawValue) }),
    ]
  }

  /// Reads what `json` wrote.
  public init(json: JSONValue) throws(StoredConfigError) {
    self.init(
      maxRetries: try json.required("max_retries", \.integer),
      delaySeconds: try json.required("retry_delay_seconds", \.integer),
      multiplier: try json.required("retry_multiplier", \.number),
      maxDelaySeconds: try json.required("max_retry_delay_seconds", \.integer),
      retryOn: try json.required("retry_on_errors") {
        $0.array?.compactMap { $0.string.flatMap(ErrorClass.init) }
      })
  }
}

extension HostSettings {
  /// The settings under the reference's names.
  public var json: JSONValue {
    [
      "enabled": .bool(enabled),
      "prometheus_textfile": JSONValue(prometheusTextFile),
      "max_concurrent_jobs": JSONValue(maxConcurrentJobs),
      "job_queue_size": JSONValue(jobQueueSize),
      "job_history_retention_days": JSONValue(historyRetentionDays),
      "dead_letter_queue_enabled": .bool(deadLetterQueueEnabled),
      "max_failed_jobs_retention": JSONValue(maxFailedJobsRetention),
      "alert_sinks": .array(alertSinks.map(\.json)),
      "backup_count": JSONValue(backupCount),
      "services": services.json,
    ]
  }

  /// Reads what `json` wrote.
  public init(json: JSONValue) throws(StoredConfigError) {
    let sinks = try json.required("alert_sinks", \.array)
    self.init(
      enabled: try json.required("enabled", \.bool),
      maxConcurrentJobs: try json.required("max_concurrent_jobs", \.integer),
      jobQueueSize: try json.required("job_queue_size", \.integer),
      historyRetentionDays: try json.required("job_history_retention_days", \.integer),
      deadLetterQueueEnabled: try json.required("dead_letter_queue_enabled", \.bool),
      maxFailedJobsRetention: try json.required("max_failed_jobs_retention", \.integer),
      alertSinks: try sinks.map { sink throws(StoredConfigError) in try AlertSinkSettings(json: sink) },
      backupCount: try json.required("backup_count", \.integer),
      services: try ServiceSettings(json: json.required("services") { $0 }))
    prometheusTextFile = try json.optional("prometheus_textfile", \.string)
  }
}
