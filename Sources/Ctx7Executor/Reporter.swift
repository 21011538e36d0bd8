internal import Ctx7History
public import Ctx7Model
public import Ctx7Systemd
public import Logging
internal import Synchronization

/// Where an execution says how it goes: the unit's status, the watchdog, the log, and the caller's display.
public final class Reporter: Sendable {
  private let notifier: Notifier
  private let logger: Logger
  private let display: @Sendable (JobProgress) -> Void
  private let printOutput: (@Sendable (JobOutput) -> Void)?
  private let uptimeMilliseconds: @Sendable () -> Int64
  private let lastStatus = Mutex<Int64?>(nil)
  /// The latest progress, where it came too soon after the one before to be shown.
  private let unsaid = Mutex<JobProgress?>(nil)
  private let lastWatchdog = Mutex<Int64?>(nil)
  private let lastExtension = Mutex<Int64?>(nil)
  /// Until when the work counts as alive; nil while there is none.
  private let latestEnd = Mutex<Int64?>(nil)

  /// Creates a reporter.
  ///
  /// - Parameters:
  ///   - display: shows progress to a person; called for every report.
  ///   - printOutput: takes what programs print; nil puts it into the log.
  public init(
    notifier: Notifier, logger: Logger, surroundings: Surroundings,
    display: @escaping @Sendable (JobProgress) -> Void = { _ in },
    printOutput: (@Sendable (JobOutput) -> Void)? = nil
  ) {
    self.notifier = notifier
    self.logger = logger
    self.display = display
    self.printOutput = printOutput
    uptimeMilliseconds = surroundings.uptimeMilliseconds
  }

  /// Shows how far the work has come, at most four times a second in `systemctl status`.
  public func progress(_ progress: JobProgress) {
    proveAlive()
    display(progress)
    let isDue = isDue(lastStatus, every: 250)
    unsaid.withLock { $0 = isDue ? nil : progress }
    if isDue { notifier.status(progress.text) }
  }

  /// Shows the latest progress where nothing has come after it.
  func catchUp() {
    let latest = unsaid.withLock { unsaid in
      defer { unsaid = nil }
      return unsaid
    }
    guard let latest else { return }
    display(latest)
    notifier.status(latest.text)
  }

  /// Writes a PIPELINE_METRICS line, its step and ids as fields too.
  public func metrics(_ metrics: PipelineMetrics, jobID: JobID) {
    proveAlive()
    var fields: Logger.Metadata = ["job_id": "\(jobID)"]
    if let step = metrics.step { fields["step"] = "\(step)" }
    for field in metrics.fields {
      // A field holds the text itself; only the line needs quotes.
      if case .text(let text) = field.value {
        fields[field.key] = "\(text)"
      } else {
        fields[field.key] = "\(field.value)"
      }
    }
    logger.log(
      level: metrics.level == .warning ? .warning : .info, "\(metrics.line)", metadata: fields)
  }

  func output(_ output: JobOutput, jobID: JobID) {
    proveAlive()
    if let printOutput { return printOutput(output) }
    logger.info(
      "\(output.line)", metadata: ["job_id": "\(jobID)", "stream": output.isError ? "stderr" : "stdout"])
  }

  /// Shows what an execution waits for, and keeps systemd patient (sd_notify(3), "EXTEND_TIMEOUT_USEC=").
  func waits(_ text: String) {
    proveAlive()
    display(JobProgress(text: text))
    if isDue(lastStatus, every: 250) { notifier.status(text) }
    if isDue(lastExtension, every: 20_000) { notifier.extendTimeout(seconds: 90) }
  }

  /// The wait is over, and the work may take as long as it may without one.
  func beginsAfterWait(timeoutSeconds: Int) {
    notifier.extendTimeout(seconds: timeoutSeconds + 60)
  }

  /// An alert is on its way, however little time the work has left.
  func delivers(seconds: Int) {
    // However lately it was proved: until the delivery has ended, nothing else proves it.
    notifier.watchdog()
    notifier.extendTimeout(seconds: seconds + 30)
  }

  /// The work begins. A minute after its `timeout_seconds` nothing that it reports counts as a sign of life any more: its
  /// deadline should have ended it, so it hangs, and the watchdog ends the process.
  func begins(_ record: ExecutionRecord, _ job: JobConfig) {
    latestEnd.withLock { $0 = uptimeMilliseconds() + Int64(job.timeoutSeconds + 60) * 1000 }
    // What it has waited for is over.
    notifier.status("running")
    metrics(
      PipelineMetrics(
        "job_execution_start",
        [
          "job_id": .text(job.id.rawValue), "execution_id": .text(record.id),
          "job_type": .text(job.work.type.rawValue), "priority": .text(job.priority.rawValue),
        ]), jobID: job.id)
  }

  func ends(_ record: ExecutionRecord) {
    latestEnd.withLock { $0 = nil }
    let duration = record.ending?.durationSeconds ?? 0
    metrics(
      PipelineMetrics(
        "job_execution_complete",
        [
          "job_id": .text(record.jobID.rawValue), "execution_id": .text(record.id),
          "success": .flag(record.status == .completed),
          "duration_seconds": .figure(duration.formatted(decimals: 3)),
          "records_processed": .integer(record.ending?.recordsProcessed ?? 0),
          "records_failed": .integer(record.ending?.recordsFailed ?? 0),
        ]), jobID: record.jobID)
  }

  func debug(_ text: @autoclosure () -> String, _ job: JobID) {
    logger.debug("\(text())", metadata: ["job_id": "\(job)"])
  }

  func notice(_ text: String, _ job: JobID) {
    logger.notice("\(text)", metadata: ["job_id": "\(job)"])
  }

  func warning(_ text: String, _ job: JobID) {
    logger.warning("\(text)", metadata: ["job_id": "\(job)"])
  }

  /// Leaves a last status, and logs it.
  public func conclude(_ result: ExecutionResult) {
    notifier.status(result.sentence)
    var fields: Logger.Metadata = ["job_id": "\(result.job.id)"]
    if let record = result.record {
      fields["execution_id"] = "\(record.id)"
      fields["correlation_id"] = "\(record.correlationID)"
    }
    logger.log(level: result.level, "\(result.sentence)", metadata: fields)
  }

  /// Prints how one of several attempts of this process ended, where somebody reads what it prints; without a journal
  /// the log has told them.
  func tell(_ result: ExecutionResult) {
    guard JournalLogHandler.isAvailable else { return }
    printOutput?(JobOutput(result.sentence, isError: true))
  }

  func proveAlive() {
    guard let limit = notifier.watchdogMilliseconds,
      latestEnd.withLock({ $0.map { uptimeMilliseconds() < $0 } ?? true })
    else { return }
    if isDue(lastWatchdog, every: limit / 4) { notifier.watchdog() }
  }

  private func isDue(_ last: borrowing Mutex<Int64?>, every milliseconds: Int64) -> Bool {
    let now = uptimeMilliseconds()
    return last.withLock { last in
      if let previous = last, now - previous < milliseconds { return false }
      last = now
      return true
    }
  }
}
