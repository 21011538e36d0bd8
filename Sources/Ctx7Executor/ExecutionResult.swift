public import Ctx7History
public import Ctx7Model

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

  /// How loud the sentence is.
  public enum Level: Sendable {
    case info
    case notice
    case error
  }

  /// `alert_on_failure` and `alert_on_success` raise what is said about an ending.
  public var level: Level {
    switch outcome {
    case .succeeded: job.alertOnSuccess ? .notice : .info
    case .failed, .timedOut: job.alertOnFailure ? .error : .notice
    case .cancelled, .skipped: .notice
    }
  }

  /// The ending in one sentence.
  public var sentence: String {
    let duration = (record?.ending?.durationSeconds ?? 0).asDuration
    switch outcome {
    case .succeeded(let report): return "\(job.id) completed in \(duration): \(report.summary)"
    case .failed(let failure, _): return "\(job.id) failed after \(duration): \(failure.message)"
    case .timedOut: return "\(job.id) failed: \(outcome.failure?.message ?? "")"
    case .cancelled: return "\(job.id) cancelled after \(duration): \(outcome.failure?.message ?? "")"
    case .skipped(let reason): return "\(job.id) skipped: \(reason)"
    }
  }

  /// The result as programs read it.
  public var json: JSONValue {
    var members: [JSONValue.Member] = [
      .init("job_id", .string(job.id.rawValue)),
      .init("status", .string(outcome.status?.rawValue ?? "skipped")),
      .init("message", .string(sentence)),
      .init("exit_status", JSONValue(exitStatus.rawValue)),
    ]
    if let record { members.append(.init("execution", record.json)) }
    return .object(members)
  }
}
