internal import Ctx7Database
public import Ctx7History
public import Ctx7Model
public import Logging

/// Tells operators: the journal at once, the other sinks through an outbox in the history.
///
/// Nothing here fails an execution. What a sink does not take is tried again by later executions of any job,
/// with growing distances, for a day.
public struct Alerting: Sendable {
  /// `journalctl MESSAGE_ID=…` lists all alerts.
  public static let messageID = "7b1a6a4c5a4f4c9d9f4e2f0a7c0d51c3"

  /// How long deliveries are begun before the rest is left to the next process.
  private static let secondsOfBeginning = 30
  /// The longest that one may take: `WatchdogSec=` of generated units is five minutes, and nothing else is told of
  /// meanwhile.
  private static let longestDeliverySeconds = 240

  private let history: HistoryStore
  private let journal: Logger?
  private let sinks: [AlertSink]
  private let surroundings: Surroundings
  private let deadline: Int64
  /// Tells systemd that a delivery begins, and how many seconds it may take.
  var beginDelivery: @Sendable (_ seconds: Int) -> Void = { _ in }

  /// Creates an alerting.
  ///
  /// - Parameters:
  ///   - journal: nil where there is none.
  ///   - deadline: when this process has to be done with deliveries, in milliseconds of `uptimeMilliseconds`; nil where
  ///     it may take the time that they need.
  public init(
    history: HistoryStore, journal: Logger?, sinks: [AlertSink], surroundings: Surroundings,
    deadline: Int64? = nil
  ) {
    self.history = history
    self.journal = journal
    self.sinks = sinks
    self.surroundings = surroundings
    self.deadline = deadline ?? .max
  }

  private func now() -> Timestamp { surroundings.now() }

  /// Raises what there is to say about an attempt that has been closed.
  ///
  /// - Parameter metrics: of the job, the attempt included.
  public func judge(_ record: ExecutionRecord, of job: ResolvedJob, _ metrics: JobMetrics) async {
    let id = job.config.id
    await attempt {
      // Only of an attempt that went well is the rate told, which of most jobs is zero.
      let recent =
        record.status == .completed && metrics.failedExecutions > 0
        ? try history.recentAttempts(of: [id])[id] : nil
      let rules = AlertRules(
        job: job.config, record: record, metrics: metrics, recent: recent ?? RecentAttempts(), host: .current)
      let ended = try history.resolve(rules.endedConditions, of: id)
      for alert in rules.alerts(ended: ended, at: now()) { try raise(alert, job.config.alerts) }
    }
    await deliver()
  }

  /// Raises one alert, and sends it.
  public func tell(_ alert: Alert, _ policy: AlertPolicy) async {
    await attempt { try raise(alert, policy) }
    await deliver()
  }

  private func raise(_ alert: Alert, _ policy: AlertPolicy) throws(StorageError) {
    let names = sinks.filter { sink in
      policy.sinks?.contains(sink.name) != false && alert.severity.reaches(sink.minimumSeverity)
    }.map(\.name)
    let repeatSeconds = alert.kind.isCondition ? policy.repeatHours * 3600 : nil
    guard let id = try history.raise(alert, repeatSeconds: repeatSeconds, sinks: names) else { return }
    journal?.log(
      level: alert.severity.logLevel, "alert \(alert.kind.rawValue): \(alert.message)",
      metadata: [
        "message_id": "\(Self.messageID)", "alert_id": "\(id)", "alert_type": "\(alert.kind.rawValue)",
        "severity": "\(alert.severity.rawValue)", "job_id": "\(alert.jobID)",
        "execution_id": "\(alert.executionID ?? "")",
      ])
  }

  /// Sends what is due, this process's alerts and those that a sink did not take earlier, as far as there is time.
  public func deliver() async {
    let end = surroundings.uptimeMilliseconds() + Int64(Self.secondsOfBeginning) * 1000
    // A sink that has just kept everybody waiting in vain is not asked again: there are others.
    var silent: Set<String> = []
    await attempt {
      for record in try history.dueAlerts(at: now()) {
        for delivery in record.deliveries where delivery.nextAttemptAt.map({ $0 <= now() }) == true {
          guard surroundings.uptimeMilliseconds() < min(end, deadline), !Task.isCancelled else { return }
          if silent.contains(delivery.sink) { continue }
          if try await !deliver(record, to: delivery.sink) { silent.insert(delivery.sink) }
        }
      }
    }
  }

  /// - Returns: false when the sink has not taken it.
  private func deliver(_ record: AlertRecord, to name: String) async throws -> Bool {
    guard let sink = sinks.first(where: { $0.name == name }) else {
      try history.failDelivery(
        record.id, to: name, error: "the sink '\(name)' is not configured any more", nextAttemptAt: nil)
      return true
    }
    if let obstacle = sink.obstacle() {
      journal?.notice(
        "alert \(record.id) is left to the next execution: \(obstacle)",
        metadata: ["job_id": "\(record.alert.jobID)", "alert_id": "\(record.id)"])
      return true
    }
    let seconds = seconds(for: sink)
    // A delivery that is still under way then has a process that hangs.
    guard
      let number = try history.beginDelivery(record.id, to: name, at: now(), patienceSeconds: seconds + 30)
    else { return true }
    beginDelivery(seconds)
    do {
      try await sink.send(record.alert, seconds)
      try history.completeDelivery(record.id, to: name, at: now())
      return true
    } catch {
      let next = Self.nextAttempt(number, of: record.alert, at: now())
      let reason = Task.isCancelled ? "the execution ended before it was taken" : "\(error)"
      try history.failDelivery(record.id, to: name, error: reason, nextAttemptAt: next)
      journal?.warning(
        """
        alert \(record.id) was not taken by \(name): \(reason); \
        \(next.map { "the next try is due \($0), with the first execution after that" } ?? "given up after a day")
        """,
        metadata: ["job_id": "\(record.alert.jobID)", "alert_id": "\(record.id)"])
      return false
    }
  }

  private func seconds(for sink: AlertSink) -> Int {
    let left = (deadline - surroundings.uptimeMilliseconds()) / 1000
    return min(sink.timeoutSeconds, Self.longestDeliverySeconds, max(1, Int(left)))
  }

  /// One minute, then twice as long each time, an hour at most; nil when the alert is a day old.
  static func nextAttempt(_ number: Int, of alert: Alert, at now: Timestamp) -> Timestamp? {
    guard now < alert.timestamp.adding(days: 1) else { return nil }
    return now.adding(seconds: min(60 << Int64(min(number - 1, 6)), 3600))
  }

  /// Alerts are told as well as they can be: what goes wrong is in the log.
  private func attempt(_ body: () async throws -> Void) async {
    do { try await body() } catch { journal?.warning("alerts: \(error)") }
  }
}

extension Alert.Kind {
  /// Whether it lasts until it ends, rather than happening once.
  var isCondition: Bool {
    switch self {
    case .failure, .degradation, .timeoutWarning: true
    case .recovery, .success, .test: false
    }
  }
}

extension Alert.Severity {
  fileprivate var logLevel: Logger.Level {
    switch self {
    case .info: .info
    case .warning: .warning
    case .error: .error
    case .critical: .critical
    }
  }
}
