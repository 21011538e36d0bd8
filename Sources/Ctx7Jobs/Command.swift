public import Ctx7Model
internal import Ctx7Process
internal import Synchronization

/// Runs a program.
///
/// Its output goes to the log, and the last of it to the history. What it writes to file descriptor 3 as lines of
/// JSON is how far it has come and what it did: `{"done": 3, "total": 10, "failed": 0, "text": "…"}` and
/// `{"records_processed": 10, "records_failed": 0, "summary": "…", "result": {…}}`. Where it says no records, what is
/// done and what has failed count as such.
public struct Command: Job {
  private let parameters: CommandParameters
  private let environment: [String: String]

  /// Creates the job.
  ///
  /// - Parameter environment: of this process, of which the program gets what is meant for it.
  public init(_ parameters: CommandParameters, environment: [String: String]) {
    self.parameters = parameters
    self.environment = environment
  }

  /// Does the work of one execution.
  public func run(_ context: JobContext) async throws -> JobReport {
    let transcript = Mutex(Transcript())
    let exit: ChildProcess.Exit
    do {
      exit = try await ChildProcess.run(launch(context), tick: context.isAlive) { source, line in
        switch source {
        case .output, .error:
          transcript.withLock { $0.keep(line) }
          context.output(JobOutput(line, isError: source == .error))
        case .reports:
          if let progress = transcript.withLock({ $0.note(line) }) { context.report(progress) }
        }
      }
    } catch let error as LaunchError {
      throw JobFailure(error.mayPass ? .temporary : .configuration, error.description)
    }
    try Task.checkCancellation()
    return transcript.withLock { $0.report(of: parameters.argv[0], exit) }
  }

  private func launch(_ context: JobContext) -> ChildProcess.Launch {
    let told = [
      "CTX7_JOB_ID": context.jobID.rawValue,
      "CTX7_EXECUTION_ID": context.executionID,
      "CTX7_CORRELATION_ID": context.correlationID,
      "CTX7_RETRY_COUNT": String(context.retryCount),
      "CTX7_STARTED_AT": context.startedAt.description,
      "CTX7_REPORT_FD": "3",
    ]
    return ChildProcess.Launch(
      argv: parameters.argv, inheriting: environment, adding: parameters.environment.merging(told) { $1 },
      workingDirectory: parameters.workingDirectory)
  }
}

/// What a program has said so far.
private struct Transcript {
  private var tail: [String] = []
  private var size = 0
  private var processed = 0
  private var failed = 0
  private var summary: String?
  private var result: JSONValue?

  private static let longestTail = 4096

  mutating func keep(_ line: String) {
    let line = String(line.prefix(Self.longestTail))
    tail.append(line)
    size += line.count + 1
    while size > Self.longestTail, tail.count > 1 { size -= tail.removeFirst().count + 1 }
  }

  /// Takes a line from file descriptor 3; what is no JSON of ours is kept like any other output.
  mutating func note(_ line: String) -> JobProgress? {
    guard let json = try? JSONValue(parsing: line), case .object = json else {
      keep(line)
      return nil
    }
    processed = json["records_processed"]?.integer ?? json["done"]?.integer ?? processed
    failed = json["records_failed"]?.integer ?? json["failed"]?.integer ?? failed
    summary = json["summary"]?.string ?? summary
    result = json["result"] ?? result
    let count = json["done"]?.integer.map { done in
      json["total"]?.integer.map { "\(done) of \($0)" } ?? "\(done) done"
    }
    let words = [count, json["text"]?.string].compactMap(\.self)
    return words.isEmpty ? nil : JobProgress(text: words.joined(separator: ": "))
  }

  func report(of program: String, _ exit: ChildProcess.Exit) -> JobReport {
    var members: [JSONValue.Member] = []
    switch exit {
    case .exited(let status): members.append(.init("exit_status", JSONValue(status)))
    case .signaled(let signal): members.append(.init("signal", JSONValue(signal)))
    }
    members.append(.init("output_tail", .string(tail.joined(separator: "\n"))))
    if let result { members.append(.init("result", result)) }
    return JobReport(
      recordsProcessed: max(0, processed), recordsFailed: max(0, failed),
      summary: summary ?? "\(program) ended with 0", result: .object(members), failure: failure(program, exit)
    )
  }

  private func failure(_ program: String, _ exit: ChildProcess.Exit) -> JobFailure? {
    let last = tail.last.map { ": \($0)" } ?? ""
    switch exit {
    case .exited(0): return nil
    case .exited(75):
      return JobFailure(.temporary, "\(program) asks to be run again later (exit status 75)\(last)")
    case .exited(let status):
      return JobFailure(.command, "\(program) ended with exit status \(status)\(last)")
    case .signaled(let signal):
      return JobFailure(.command, "\(program) was killed by signal \(signal)\(last)")
    }
  }
}
