import ArgumentParser
import Ctx7CLI
import Ctx7Model

@main
struct Units: Command {
  static let configuration = CommandConfiguration(
    commandName: "ctx7-units",
    abstract: "Turn job configurations into systemd timers and services.",
    version: packageVersion,
    subcommands: [
      Init.self, Check.self, List.self, Next.self, Explain.self, Diff.self, Generate.self, Remove.self,
      ImportCrontab.self,
    ])
}
