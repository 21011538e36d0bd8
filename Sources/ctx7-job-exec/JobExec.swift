import ArgumentParser
import Ctx7CLI
import Ctx7Model

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

  @Option(help: "The job to run.")
  var job: String?

  @Option(help: "Close what a dead execution of this job left open (for ExecStopPost= of generated units).")
  var settle: String?

  @Option(
    help: ArgumentHelp(
      "Run the job as it was generated, by the version that the unit carries.", visibility: .hidden))
  var configHash: String?

  @Flag(help: "Show what would be done, and do nothing.")
  var dryRun = false

  @Flag(help: "Print the result as JSON.")
  var json = false

  @OptionGroup var location: LocationOptions

  func validate() throws {
    guard (job == nil) != (settle == nil) else {
      throw ValidationError("name the job: --job ID")
    }
    guard !dryRun || settle == nil else { throw ValidationError("--dry-run goes with --job") }
  }

  func run() async throws {
    if let settle {
      try settleJob(try JobID(argument: settle))
    } else if let job {
      let id = try JobID(argument: job)
      if dryRun { try await showWork(of: id) } else { try await runJob(id) }
    }
  }
}
