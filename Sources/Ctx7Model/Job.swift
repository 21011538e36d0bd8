/// Work that an execution performs.
///
/// A job knows nothing of systemd, history or exit statuses: it takes a context, and returns a report or
/// throws. It must be safe to run again after a crash at any point, and must stop soon after its task is
/// cancelled.
public protocol Job: Sendable {
  /// Does the work once.
  func run(_ context: JobContext) async throws -> JobReport
}

/// What a job is given by the execution it runs in.
public struct JobContext: Sendable {
  /// The job that runs.
  public let jobID: JobID
  /// The attempt that runs.
  public let executionID: String
  /// Links the attempts of one firing and all their log lines.
  public let correlationID: String
  /// How many attempts of the same firing came before.
  public let retryCount: Int
  /// The instant the job judges expiry by: fixed for the whole run.
  public let startedAt: Timestamp
  /// The wall clock.
  public let now: @Sendable () -> Timestamp
  /// Milliseconds of a clock that never steps, for durations.
  public let uptimeMilliseconds: @Sendable () -> Int64
  /// Tells how far the job has come; call it whenever something was done, it also proves that the job is alive.
  public let report: @Sendable (JobProgress) -> Void
  /// Writes a PIPELINE_METRICS line.
  public let emit: @Sendable (PipelineMetrics) -> Void
  /// Hands on a line that a program of the job has printed.
  public let output: @Sendable (JobOutput) -> Void
  /// Says what only those want to know who look for a fault.
  public let debug: @Sendable (String) -> Void
  /// Proves that the job is alive while it has nothing to report; call it from the loop that would not turn if it
  /// were not.
  public let isAlive: @Sendable () -> Void

  /// Creates a context.
  public init(
    jobID: JobID,
    executionID: String = "",
    correlationID: String,
    retryCount: Int = 0,
    startedAt: Timestamp,
    now: @escaping @Sendable () -> Timestamp,
    uptimeMilliseconds: @escaping @Sendable () -> Int64,
    report: @escaping @Sendable (JobProgress) -> Void,
    emit: @escaping @Sendable (PipelineMetrics) -> Void,
    output: @escaping @Sendable (JobOutput) -> Void = { _ in },
    debug: @escaping @Sendable (String) -> Void = { _ in },
    isAlive: @escaping @Sendable () -> Void = {}
  ) {
    self.jobID = jobID
    self.executionID = executionID
    self.retryCount = retryCount
    self.output = output
    self.debug = debug
    self.isAlive = isAlive
    self.correlationID = correlationID
    self.startedAt = startedAt
    self.now = now
    self.uptimeMilliseconds = uptimeMilliseconds
    self.report = report
    self.emit = emit
  }
}

/// A line that a program of a job has printed.
public struct JobOutput: Hashable, Sendable {
  /// Without its newline.
  public var line: String
  /// Whether it came from standard error.
  public var isError: Bool

  /// Creates a line.
  public init(_ line: String, isError: Bool) {
    self.line = line
    self.isError = isError
  }
}

/// How far a job has come.
public struct JobProgress: Hashable, Sendable {
  /// A few words: "workspace 3 of 12, 140 of 600 documents, 2 failed".
  public var text: String

  /// Creates a progress.
  public init(text: String) {
    self.text = text
  }
}

/// What a job did.
public struct JobReport: Hashable, Sendable {
  /// Records that went well.
  public var recordsProcessed: Int
  /// Records that did not.
  public var recordsFailed: Int
  /// One sentence for people: "12 documents refreshed, 3 unchanged".
  public var summary: String
  /// The result as stored in the history.
  public var result: JSONValue
  /// Why the work counts as failed although it went through to the end: some records or workspaces failed.
  public var failure: JobFailure?

  /// Creates a report.
  public init(
    recordsProcessed: Int = 0, recordsFailed: Int = 0, summary: String, result: JSONValue = .object([]),
    failure: JobFailure? = nil
  ) {
    self.recordsProcessed = recordsProcessed
    self.recordsFailed = recordsFailed
    self.summary = summary
    self.result = result
    self.failure = failure
  }
}

/// Why an attempt failed.
public struct JobFailure: Error, ClassifiedError, Hashable, Sendable, CustomStringConvertible {
  /// By which retries are decided.
  public var errorClass: ErrorClass
  /// One sentence that names what failed.
  public var message: String
  /// What else is known of it, as `error_details` keeps it: the failures that it sums up, what systemd said of the
  /// process, or the type of an error that nobody foresaw.
  public var details: JSONValue?

  /// Creates a failure.
  public init(_ errorClass: ErrorClass, _ message: String, details: JSONValue? = nil) {
    self.errorClass = errorClass
    self.message = message
    self.details = details
  }

  /// Creates a failure that sums up others, the first twenty of which are kept beside it.
  public init(_ errorClass: ErrorClass, _ message: String, causes: [JobFailure]) {
    let kept = causes.prefix(20).map { cause -> JSONValue in
      ["error_class": .string(cause.errorClass.rawValue), "error_message": .string(cause.message)]
    }
    self.init(
      errorClass, message,
      details: ["causes": .array(kept), "causes_in_all": JSONValue(causes.count)])
  }

  /// Takes over any error: its class if it has one, its description as the message.
  public init(_ error: any Error) {
    if let failure = error as? JobFailure {
      self = failure
    } else if let error = error as? any ClassifiedError {
      self.init(error.errorClass, String(describing: error))
    } else {
      self.init(
        .unexpected, String(describing: error), details: ["error_type": .string("\(type(of: error))")])
    }
  }

  /// The message.
  public var description: String { message }
}
