import ArgumentParser
import Ctx7CLI
import Ctx7Model

@main
struct Ctl: Command {
  static let configuration = CommandConfiguration(
    commandName: "ctx7ctl",
    abstract: "Look at jobs, executions and documents, and tend them.",
    version: packageVersion,
    subcommands: [
      Status.self, Running.self, History.self, Show.self, Logs.self, Metrics.self, Health.self, Run.self,
      Cancel.self, Enable.self, Disable.self, DeadLetters.self, Alerts.self, Documents.self, Prometheus.self,
      Databases.self,
    ])
}
