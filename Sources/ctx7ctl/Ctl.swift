import ArgumentParser
import Ctx7CLI
import Ctx7Model

@main
struct Ctl: Command {
  static let configuration = CommandConfiguration(
    commandName: "ctx7ctl",
    abstract: "Look at jobs, executions and documents, and tend them.",
    version: packageVersion,
    subcommands: [Status.self, History.self, Documents.self])
}
