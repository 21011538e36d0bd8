import ArgumentParser
import Ctx7CLI

struct DeadLetters: Command {
  static let configuration = CommandConfiguration(
    commandName: "dlq", abstract: "Look at executions that failed for good, and run them again.",
    subcommands: [
      DeadLettersList.self, DeadLettersShow.self, DeadLettersRetry.self, DeadLettersPurge.self,
    ])
}
