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
      Who waits for the next attempt after one that failed: inline, this process; service, systemd by \
      Restart=; none, nobody. By default service in a unit, inline in a container, none elsewhere.
      """,
      valueName: "inline|service|none"))
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

  static func known(_ arguments: [String]) -> JobExec? {
    guard let line = FiringCommandLine(arguments: arguments) else { return nil }
    // In an initializer these would set what the wrappers take for want of an option, not what they have.
    var command = JobExec()
    command.job = line.job.rawValue
    command.configHash = line.configHash
    command.location = .known(stateDirectory: line.stateDirectory, user: line.isOfUser)
    command.settle = nil
    command.resume = false
    command.retry = nil
    command.logLevel = nil
    command.dryRun = false
    command.json = false
    return command
  }

  /// Where this run logs.
  func logger() throws(Failure) -> Logger {
    ExecutionLog.logger(try ExecutionLog.level(logLevel, ProcessInfo.processInfo.environment))
  }

  func validate() throws {
    guard [job != nil, settle != nil, resume].count(where: { $0 }) == 1 else {
      throw ValidationError("name the job: --job ID")
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
      if dryRun { try await showWork(of: id) } else { try await runJob(id) }
    }
  }
}
