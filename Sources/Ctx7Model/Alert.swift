/// Something an operator should hear of.
public struct Alert: Hashable, Sendable {
  /// What has happened.
  public enum Kind: String, CaseIterable, Sendable {
    /// An execution has used more than nine tenths of `timeout_seconds`.
    case timeoutWarning = "execution_timeout_warning"
    /// An execution failed, and no further attempt is due.
    case failure = "job_failure"
    /// The first success after a `job_failure`.
    case recovery = "job_recovered"
    /// An execution succeeded, and `alert_on_success` is set.
    case success = "job_success"
    /// An execution went through, but far from its usual figures.
    case degradation = "performance_degradation"
    /// What `ctx7ctl alerts test` sends.
    case test = "test"
  }

  /// How urgent it is.
  public enum Severity: String, CaseIterable, Sendable {
    case info
    case warning
    case error
    case critical

    /// Whether it is as urgent as another one, or more.
    public func reaches(_ other: Severity) -> Bool {
      let order = Self.allCases
      return (order.firstIndex(of: self) ?? 0) >= (order.firstIndex(of: other) ?? 0)
    }
  }

  /// Its number in the history of its host; nil for one that is not kept there, as a test is.
  public var id: Int64?
  /// What has happened.
  public var kind: Kind
  /// Whom it is about.
  public var jobID: JobID
  /// The execution that showed it; nil for a test.
  public var executionID: String?
  /// How urgent it is.
  public var severity: Severity
  /// One sentence for people.
  public var message: String
  /// Figures for programs.
  public var details: JSONValue
  /// When it was noticed.
  public var timestamp: Timestamp

  /// Creates an alert.
  public init(
    _ kind: Kind, _ severity: Severity, jobID: JobID, executionID: String?, message: String,
    details: JSONValue = .object([]), timestamp: Timestamp, id: Int64? = nil
  ) {
    self.id = id
    self.kind = kind
    self.severity = severity
    self.jobID = jobID
    self.executionID = executionID
    self.message = message
    self.details = details
    self.timestamp = timestamp
  }

  /// The alert under the reference's names.
  public var json: JSONValue {
    [
      "alert_id": JSONValue(id),
      "type": .string(kind.rawValue),
      "job_id": .string(jobID.rawValue),
      "execution_id": JSONValue(executionID),
      "message": .string(message),
      "severity": .string(severity.rawValue),
      "details": details,
      "timestamp": JSONValue(timestamp),
    ]
  }
}
