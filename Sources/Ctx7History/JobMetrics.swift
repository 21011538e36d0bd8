public import Ctx7Database
public import Ctx7Model
internal import GRDB

/// The counts and averages of one job over all its attempts, updated with each one that ends.
public struct JobMetrics: Hashable, Sendable {
  /// How a job is doing; `JobHealth` says which.
  public enum Health: String, Sendable {
    case unknown
    case healthy
    case degraded
    case unhealthy
  }

  /// The job.
  public var jobID: JobID
  /// Attempts that have ended, however.
  public var totalExecutions = 0
  /// Attempts that completed.
  public var successfulExecutions = 0
  /// Timed-out ones included.
  public var failedExecutions = 0
  /// Attempts that a signal or a shutdown stopped.
  public var cancelledExecutions = 0
  /// Attempts that passed their deadline.
  public var timedOutExecutions = 0
  /// Attempts that were retries.
  public var retriedExecutions = 0
  /// Firings that did nothing, for a reason that is no failure.
  public var skippedFirings = 0
  /// Instants of the schedule that passed without a run while the machine or the timer was down.
  public var missedFirings = 0
  /// Runs that made up for missed ones.
  public var madeUpFirings = 0
  /// The last instant of the schedule that a firing of the timer answered for.
  public var lastDueAt: Timestamp?
  /// Firings of the timer that ran, retries not counted: what `max_executions` bounds.
  public var timerFirings = 0
  /// Over `measuredExecutions`.
  public var averageDurationSeconds = 0.0
  /// The durations of measured attempts, in classes.
  public var durations = DurationHistogram()
  /// Nil before the first attempt.
  public var minDurationSeconds: Double?
  /// Nil before the first attempt.
  public var maxDurationSeconds: Double?
  /// Over all attempts.
  public var totalRecordsProcessed = 0
  /// Over all attempts.
  public var totalRecordsFailed = 0
  /// The average of the attempts' peaks.
  public var averageMemoryMB: Double?
  /// The highest peak.
  public var peakMemoryMB: Double?
  /// Of one core.
  public var averageCPUPercent: Double?
  /// Attempts whose peak is known.
  public var memoryMeasurements = 0
  /// Attempts whose CPU time is known.
  public var cpuMeasurements = 0
  /// Attempts whose duration is known.
  public var measuredExecutions = 0
  /// When the latest attempt began.
  public var lastExecutionAt: Timestamp?
  /// When the latest success ended.
  public var lastSuccessAt: Timestamp?
  /// When the latest failure ended.
  public var lastFailureAt: Timestamp?
  /// Failures since the latest success.
  public var consecutiveFailures = 0
  /// When anything was last counted.
  public var updatedAt = Timestamp(rawValue: 0)

  /// Creates metrics of a job that has not run.
  public init(jobID: JobID) {
    self.jobID = jobID
  }

  /// Failed attempts in percent of all.
  public var errorRate: Double { Self.percent(failedExecutions, of: totalExecutions) }

  /// Attempts that were retries in percent of all.
  public var retryRate: Double { Self.percent(retriedExecutions, of: totalExecutions) }

  private static func percent(_ part: Int, of whole: Int) -> Double {
    whole == 0 ? 0 : Double(part) * 100 / Double(whole)
  }
}

extension JobMetrics {
  /// Counts an attempt that has ended.
  mutating func count(
    _ record: ExecutionRecord, as status: ExecutionStatus, _ ending: ExecutionRecord.Ending
  ) {
    totalExecutions += 1
    if record.retryCount > 0 { retriedExecutions += 1 }
    switch status {
    case .completed:
      successfulExecutions += 1
      consecutiveFailures = 0
      lastSuccessAt = ending.completedAt
    // A shutdown stops it, which is no failure of the job; the next boot resumes it.
    case .retry where ending.failure?.errorClass == .cancelled: cancelledExecutions += 1
    case .failed, .retry:
      failedExecutions += 1
      consecutiveFailures += 1
      lastFailureAt = ending.completedAt
      if ending.failure?.errorClass == .timeout { timedOutExecutions += 1 }
    case .cancelled: cancelledExecutions += 1
    case .pending, .running: preconditionFailure("an attempt cannot end as \(status.rawValue)")
    }
    totalRecordsProcessed = Self.sum(totalRecordsProcessed, ending.recordsProcessed)
    totalRecordsFailed = Self.sum(totalRecordsFailed, ending.recordsFailed)
    // Attempts overlap, and what lies ahead of now is of a clock that has been set back.
    let earlier = lastExecutionAt.flatMap { $0 <= ending.completedAt ? $0 : nil }
    lastExecutionAt = max(record.startedAt, earlier ?? record.startedAt)
    updatedAt = ending.completedAt
    guard let duration = ending.durationSeconds else { return }
    measuredExecutions += 1
    durations.count(duration)
    averageDurationSeconds += (duration - averageDurationSeconds) / Double(measuredExecutions)
    minDurationSeconds = min(minDurationSeconds ?? duration, duration)
    maxDurationSeconds = max(maxDurationSeconds ?? duration, duration)
    Self.count(ending.memoryMB, in: &averageMemoryMB, &memoryMeasurements)
    Self.count(ending.cpuPercent, in: &averageCPUPercent, &cpuMeasurements)
    peakMemoryMB = [peakMemoryMB, ending.memoryMB].compactMap { $0 }.max()
  }

  /// Programs say how many records they did, and may say anything.
  private static func sum(_ total: Int, _ more: Int) -> Int {
    let (sum, overflows) = total.addingReportingOverflow(more)
    return overflows ? .max : sum
  }

  private static func count(_ value: Double?, in average: inout Double?, _ measurements: inout Int) {
    guard let value else { return }
    measurements += 1
    average = (average ?? 0) + (value - (average ?? 0)) / Double(measurements)
  }
}

extension HistoryStore {
  /// The metrics of a job; nil for one that has none yet.
  public func metrics(of jobID: JobID) throws(StorageError) -> JobMetrics? {
    try file.read { try JobMetrics.fetch($0, jobID: jobID) }
  }

  /// The metrics of every job that has any, by job id.
  public func metrics() throws(StorageError) -> [JobMetrics] {
    try file.read { database in
      try Array(
        Row.fetchCursor(database, sql: "SELECT * FROM background_job_metrics ORDER BY job_id")
          .map(JobMetrics.init(row:)))
    }
  }
}

extension HistoryStore {
  /// The metrics of every job that has any.
  public func metricsByJob() throws(StorageError) -> [JobID: JobMetrics] {
    Dictionary(try metrics().map { ($0.jobID, $0) }, uniquingKeysWith: { $1 })
  }
}

extension JobMetrics {
  static func fetch(_ database: Database, jobID: JobID) throws -> JobMetrics? {
    let statement = try database.cachedStatement(
      sql: "SELECT * FROM background_job_metrics WHERE job_id = ?")
    return try Row.fetchOne(statement, arguments: [jobID.rawValue]).map(JobMetrics.init(row:))
  }

  fileprivate init(row: Row) throws {
    guard let jobID = JobID(rawValue: row["job_id"]) else {
      throw UnreadableValue("the metrics of \(row["job_id"] as String)")
    }
    self.init(jobID: jobID)
    totalExecutions = row["total_executions"]
    successfulExecutions = row["successful_executions"]
    failedExecutions = row["failed_executions"]
    cancelledExecutions = row["cancelled_executions"]
    timedOutExecutions = row["timed_out_executions"]
    retriedExecutions = row["retried_executions"]
    skippedFirings = row["skipped_firings"]
    missedFirings = row["missed_firings"]
    madeUpFirings = row["made_up_firings"]
    lastDueAt = row["last_due_at"]
    timerFirings = row["timer_firings"]
    averageDurationSeconds = row["average_duration_seconds"]
    durations = try DurationHistogram(
      json: JSONValue(parsing: row["duration_counts"]), sumSeconds: row["total_duration_seconds"])
    minDurationSeconds = row["min_duration_seconds"]
    maxDurationSeconds = row["max_duration_seconds"]
    totalRecordsProcessed = row["total_records_processed"]
    totalRecordsFailed = row["total_records_failed"]
    averageMemoryMB = row["average_memory_usage_mb"]
    peakMemoryMB = row["peak_memory_usage_mb"]
    averageCPUPercent = row["average_cpu_usage_percent"]
    memoryMeasurements = row["memory_measurements"]
    cpuMeasurements = row["cpu_measurements"]
    measuredExecutions = row["measured_executions"]
    lastExecutionAt = row["last_execution_at"]
    lastSuccessAt = row["last_success_at"]
    lastFailureAt = row["last_failure_at"]
    consecutiveFailures = row["consecutive_failures"]
    updatedAt = row["updated_at"]
  }

  func save(_ database: Database) throws {
    let columns: KeyValuePairs<String, (any DatabaseValueConvertible)?> = [
      "job_id": jobID.rawValue,
      "total_executions": totalExecutions,
      "successful_executions": successfulExecutions,
      "failed_executions": failedExecutions,
      "cancelled_executions": cancelledExecutions,
      "timed_out_executions": timedOutExecutions,
      "retried_executions": retriedExecutions,
      "skipped_firings": skippedFirings,
      "missed_firings": missedFirings,
      "made_up_firings": madeUpFirings,
      "last_due_at": lastDueAt,
      "timer_firings": timerFirings,
      "average_duration_seconds": averageDurationSeconds,
      "duration_counts": durations.json.description,
      "total_duration_seconds": durations.sumSeconds,
      "min_duration_seconds": minDurationSeconds,
      "max_duration_seconds": maxDurationSeconds,
      "total_records_processed": totalRecordsProcessed,
      "total_records_failed": totalRecordsFailed,
      "average_memory_usage_mb": averageMemoryMB,
      "peak_memory_usage_mb": peakMemoryMB,
      "average_cpu_usage_percent": averageCPUPercent,
      "memory_measurements": memoryMeasurements,
      "cpu_measurements": cpuMeasurements,
      "measured_executions": measuredExecutions,
      "error_rate": errorRate,
      "retry_rate": retryRate,
      "last_execution_at": lastExecutionAt,
      "last_success_at": lastSuccessAt,
      "last_failure_at": lastFailureAt,
      "consecutive_failures": consecutiveFailures,
      "updated_at": updatedAt,
    ]
    let names = columns.map(\.key).joined(separator: ", ")
    let marks = columns.map { _ in "?" }.joined(separator: ", ")
    let statement = try database.cachedStatement(
      sql: "INSERT OR REPLACE INTO background_job_metrics (\(names)) VALUES (\(marks))")
    try statement.execute(arguments: StatementArguments(columns.map(\.value)))
  }
}
