import ArgumentParser
import Ctx7CLI

@main
struct Units: Command {
  static let configuration = CommandConfiguration(
    commandName: "ctx7-units",
    abstract: "Turn job configurations into systemd timers and services.",
    subcommands: [
      Init.self, Check.self, List.self, Diff.self, Generate.self, Next.self, Explain.self, ImportCrontab.self,
    ])
}
