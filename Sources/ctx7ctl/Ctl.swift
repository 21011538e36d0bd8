import ArgumentParser
import Ctx7CLI

@main
struct Ctl: Command {
  static let configuration = CommandConfiguration(
    commandName: "ctx7ctl",
    abstract: "Look at jobs, executions and documents, and tend them.",
    subcommands: [
      Status.self, History.self, Health.self, Enable.self, Disable.self, Cancel.self, DeadLetters.self,
      Alerts.self, Documents.self,
    ])
}
