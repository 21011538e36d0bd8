import ArgumentParser
import Ctx7CLI
import Ctx7Database
import Ctx7History
import Ctx7Model
import Ctx7Systemd

struct Run: Command {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Start an execution of a job now, in its unit.",
    discussion: """
      Prints the execution's id. With --wait or --follow it exits as the execution ends: 0 completed, 70 failed, 75 \
      failed and due again, 143 cancelled. In the foreground, without systemd: ctx7-job-exec --job ID.
      """)

  @Argument(help: "The job.", completion: .jobs)
  var job: String

  @Flag(help: "Wait until the execution has ended, and show how.")
  var wait = false

  @Flag(help: "Show what it logs until it has ended.")
  var follow = false

  @Flag(help: "Print JSON: the execution.")
  var json = false

  @OptionGroup var times: TimeOptions
  @OptionGroup var location: LocationOptions

  func run() async throws {
    let locations = location.locations
    let id = try JobID(argument: job)
    let resolved = try JobTarget(id, locations).require()
    // Before the start: a run may have ended by the time that it is known to have begun.
    let log = follow ? try FollowedLog(of: id, locations) : nil
    let (executionID, correlationID) = try await start(resolved, locations)
    guard wait || follow else {
      guard json else { return Console.standardOutput("\(id) is started as \(executionID)") }
      let execution: JSONValue = [
        "execution_id": .string(executionID), "job_id": .string(id.rawValue), "status": "pending",
        "correlation_id": .string(correlationID),
      ]
      return Console.standardOutput(execution.pretty)
    }
    let record = try await ending(of: executionID, id, locations, log)
    if json {
      Console.standardOutput(record.json.pretty)
    } else {
      let duration = record.ending?.durationSeconds.map { " in \($0.asDuration)" } ?? ""
      let reason = record.ending?.failure.map { ": \($0.message)" } ?? ""
      let next = record.ending?.nextAttemptAt.map { "; tried again at \($0.local)" } ?? ""
      let verb = record.status == .retry ? "failed" : record.status.rawValue
      Console.standardOutput("\(executionID) \(verb)\(duration)\(reason)\(next)")
    }
    try Self.exit(by: record.status)
  }

  private func start(_ job: ResolvedJob, _ locations: Locations) async throws -> (
    execution: String, correlation: String
  ) {
    if let api = RemoteAPI(locations) {
      let answer = try await api.post("/jobs/\(job.config.id)/execute")
      guard let execution = answer["execution"]?["execution_id"]?.string,
        let correlation = answer["execution"]?["correlation_id"]?.string
      else { throw Failure(.failure, "the API answered without an execution id: \(answer)") }
      return (execution, correlation)
    }
    let request = try await ExecutionRequest.begin(job, by: "ctx7ctl", locations)
    return (request.executionID, request.correlationID)
  }

  /// Waits for the row to be closed; a unit that ended without a row has never begun.
  private func ending(
    of executionID: String, _ id: JobID, _ locations: Locations, _ log: FollowedLog?
  ) async throws -> ExecutionRecord {
    let history = try HistoryStore(path: locations.historyFile, access: .readOnly)
    let bus = try SystemBus(locations.scope)
    var looksAfterEnd = 0
    while true {
      try log?.show()
      let record = try history.execution(executionID)
      let isReady = try await bus.isReady(id.serviceUnit) && !bus.hasQueuedJob(id.serviceUnit)
      // Until the process behind the row has gone, the job could not be started again. A retry waits in its unit.
      if let record, !record.status.isOpen, isReady || record.status == .retry {
        try await log?.showRest(of: record.invocationID)
        return record
      }
      if record == nil, isReady {
        // The row of a run that ends at once may be younger than the look at it.
        looksAfterEnd += 1
        guard looksAfterEnd < 5 else {
          try await log?.showRest(of: nil)
          throw Failure(
            .unavailable,
            "\(id) ended without an execution: its firing was skipped, or its unit failed to start",
            hint: "\(locations.scope.command("ctx7ctl logs \(id)")) says which")
        }
      }
      try await Task.sleep(for: .milliseconds(200))
    }
  }

  private static func exit(by status: ExecutionStatus) throws {
    switch status {
    case .completed: return
    case .cancelled: throw ExitCode(ExitStatus.terminated.rawValue)
    case .retry: throw ExitCode(ExitStatus.tryAgain.rawValue)
    case .failed, .pending, .running: throw ExitCode(ExitStatus.failure.rawValue)
    }
  }
}
