import ArgumentParser
import Ctx7CLI
import Ctx7Executor
import Ctx7Model
import Foundation
import Logging

@main
struct JobExec: Command {
  static let configuration = CommandConfiguration(
    commandName: "ctx7-job-exec",
    abstract: "Run one execution of a job.",
    discussion: """
      Generated units run this at each firing. By hand it runs the job now, in the foreground, by the live \
      configuration; the execution is recorded like any other.
      """,
    version: packageVersion)

  @Option(help: "The job to run.", completion: .jobs)
  var job: String?

  @Option(help: "Close what a dead execution of this job left open (for ExecStopPost= of generated units).")
  var settle: String?

  @Option(
    help: ArgumentHelp(
      "Run the job as it was generated, by the version that the unit carries.", visibility: .hidden))
  var configHash: String?

  @Flag(
    help: ArgumentHelp(
      "Start the jobs that the last shutdown or crash interrupted (for ctx7-resume.service).",
      visibility: .hidden))
  var resume = false

  @Option(
    help: ArgumentHelp(
      """
      Who waits for the next attempt after one that failed: inline, this process; none, nobody. By default \
      inline in a container, none elsewhere; after one of its unit, systemd does.
      """,
      valueName: "inline|none"))
  var retry: RetryMode?

  @Option(
    help: ArgumentHelp(
      "From which level on lines are logged; CTX7_LOG says the same, and info is the default.",
      valueName: "level"))
  var logLevel: Logger.Level?

  @Flag(help: "Show what would be done, and do nothing.")
  var dryRun = false

  @Flag(help: "Print the result as JSON.")
  var json = false

  @OptionGroup var location: LocationOptions

  static func runsUnparsed(_ arguments: [String]) async throws -> Bool {
    guard let line = FiringCommandLine(arguments: arguments) else { return false }
    let environment = ProcessInfo.processInfo.environment
    try await JobRun(
      id: line.job,
      locations: Locations(
        user: line.isOfUser, stateDirectory: line.stateDirectory, environment: environment),
      environment: environment, configHash: line.configHash
    ).run()
  }

  func validate() throws {
    guard [job != nil, settle != nil, resume].count(where: { $0 }) == 1 else {
      throw ValidationError("give one of --job ID, --settle ID, --resume")
    }
    guard !dryRun || job != nil else { throw ValidationError("--dry-run goes with --job") }
  }

  func run() async throws {
    if let settle {
      try await settleJob(try JobID(argument: settle))
    } else if resume {
      try resumeJobs()
    } else if let job {
      let id = try JobID(argument: job)
      guard !dryRun else { return try await showWork(of: id) }
      try await JobRun(
        id: id, locations: location.locations, environment: ProcessInfo.processInfo.environment,
        configHash: configHash, retry: retry, logLevel: logLevel, json: json
      ).run()
    }
  }
}
