import ArgumentParser
import Ctx7CLI
import Ctx7Model
import Foundation

struct ImportCrontab: Command {
  static let configuration = CommandConfiguration(
    commandName: "import-crontab",
    abstract: "Turn a crontab into job configurations of type command, on standard output.",
    discussion: """
      A line is for a shell, and so is its job: [/bin/sh, -c, line]. Each line that cannot be taken is named on \
      standard error with the reason, and the exit status is 65. Put the output into jobs.d, then check it.
      """)

  @Argument(help: "The crontab, or '-' for standard input ('crontab -l | ctx7-units import-crontab -').")
  var file: String

  @Flag(help: "A user stands before each command, as in /etc/crontab and /etc/cron.d; implied for those.")
  var withUser = false

  func run() async throws {
    let crontab = Crontab(try text(), hasUsers: withUser || isSystemCrontab)
    Console.standardOutput(crontab.yaml)
    for refusal in crontab.refusals {
      Console.standardError("\(file):\(refusal.number): not taken: \(refusal.reason)")
    }
    guard crontab.refusals.isEmpty else {
      let count = crontab.refusals.count
      throw Failure(
        .badData, "\(count.counted("line")) not taken, \(crontab.entries.count.counted("job")) written")
    }
  }

  private var isSystemCrontab: Bool { file == "/etc/crontab" || file.hasPrefix("/etc/cron.d/") }

  private func text() throws -> String {
    let data: Data
    do {
      data =
        try file == "-"
        ? FileHandle.standardInput.readToEnd() ?? Data() : Data(contentsOf: URL(fileURLWithPath: file))
    } catch {
      throw Failure(.ioError, "\(file) cannot be read: \(error.localizedDescription)")
    }
    guard let text = String(data: data, encoding: .utf8) else {
      throw Failure(.badData, "\(file) is not UTF-8")
    }
    return text
  }
}
