public import Ctx7History
public import Ctx7Model
public import Logging

/// How an execution went, for whoever shows it.
public struct ExecutionResult: Sendable {
  /// What ran.
  public let job: JobConfig
  /// How it ended.
  public let outcome: Outcome
  /// The closed row; nil for a firing that was skipped.
  public let record: ExecutionRecord?
  /// What the process exits with.
  public let exitStatus: ExitStatus

  /// How loud the sentence is: `alert_on_failure` and `alert_on_success` raise what is said about an ending.
  public var level: Logger.Level {
    switch outcome {
    case .succeeded: job.alertOnSuccess ? .notice : .info
    case .failed, .timedOut: job.alertOnFailure && record?.status != .retry ? .error : .notice
    case .skipped(.nothingToRetry): .error
    case .cancelled, .interrupted, .skipped: .notice
    }
  }

  /// The ending in one sentence.
  public var sentence: String {
    let duration = (record?.ending?.durationSeconds ?? 0).asDuration
    switch outcome {
    case .succeeded(let report): return "\(job.id) completed in \(duration): \(report.summary)"
    case .failed(let failure, _): return "\(job.id) failed after \(duration): \(failure.message)" + next
    case .timedOut: return "\(job.id) failed: \(outcome.failure?.message ?? "")" + next
    case .interrupted: return "\(job.id) interrupted \(time): the system is shut down; it is resumed at boot"
    case .cancelled: return "\(job.id) cancelled \(time): \(outcome.failure?.message ?? "")"
    case .skipped(let reason): return "\(job.id) skipped: \(reason)"
    }
  }

  /// When it was stopped: in its work, or in the wait for a slot or a retry, which is none.
  private var time: String {
    record?.ending?.durationSeconds.map { "after \($0.asDuration)" } ?? "while it waited"
  }

  private var next: String {
    guard let record, let due = record.ending?.nextAttemptAt else { return "" }
    return "; retry \(record.retryCount + 1) of \(job.retry.maxRetries) is due \(due)"
  }

  /// The result as programs read it.
  public var json: JSONValue {
    var members: [JSONValue.Member] = [
      .init("job_id", .string(job.id.rawValue)),
      .init("status", .string((record?.status ?? outcome.status)?.rawValue ?? "skipped")),
      .init("message", .string(sentence)),
      .init("exit_status", JSONValue(exitStatus.rawValue)),
    ]
    if let record { members.append(.init("execution", record.json)) }
    return .object(members)
  }
}
