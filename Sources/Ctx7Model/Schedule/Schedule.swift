/// When a job runs, as configured.
public struct Schedule: Hashable, Sendable {
  /// The rule that makes the firings.
  public enum Recurrence: Hashable, Sendable {
    case cron(CronExpression)
    /// A fixed distance between firings, in seconds, ≥ 1.
    case interval(seconds: Int)
    case once(Timestamp)
    case reboot

    /// Why a time zone changes nothing, for messages; nil where it does.
    public var reasonForNoZone: String? {
      switch self {
      case .cron: nil
      case .interval: "an interval has the same length in every zone"
      case .once: "execute_at has its zone"
      case .reboot: "every boot is a firing"
      }
    }
  }

  /// The rule that makes the firings.
  public var recurrence: Recurrence
  /// IANA name; nil is the host's zone.
  public var timeZone: String?
  /// No firing before this.
  public var startTime: Timestamp?
  /// No firing after this.
  public var endTime: Timestamp?
  /// How many firings there may be in all.
  public var maxExecutions: Int?
  /// The widest delay of a firing, in seconds, the same at each firing on one host.
  public var jitterSeconds: Int
  /// Whether firings that were missed while the host was down are made up, once.
  public var catchUp: Bool
  /// What happens to firings around a clock change.
  public var clockChanges: ClockChangePolicy

  /// Creates a schedule without bounds.
  public init(
    _ recurrence: Recurrence, timeZone: String? = nil, startTime: Timestamp? = nil, endTime: Timestamp? = nil,
    maxExecutions: Int? = nil, jitterSeconds: Int = 0, catchUp: Bool = true,
    clockChanges: ClockChangePolicy = .cron
  ) {
    self.recurrence = recurrence
    self.timeZone = timeZone
    self.startTime = startTime
    self.endTime = endTime
    self.maxExecutions = maxExecutions
    self.jitterSeconds = jitterSeconds
    self.catchUp = catchUp
    self.clockChanges = clockChanges
  }
}

/// What happens to firings around a clock change.
public enum ClockChangePolicy: String, CaseIterable, Sendable {
  /// As Debian's cron: nothing is lost, nothing runs twice.
  case cron
  /// As systemd's calendar expressions.
  case systemd
}
