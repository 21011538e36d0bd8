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

  @Flag(
    inversion: .prefixedNo,
    help: "Whether a user stands before each command; by default so in /etc/crontab and /etc/cron.d.")
  var withUser: Bool?

  func run() async throws {
    let hasUsers = withUser ?? isSystemCrontab
    let crontab = Crontab(try text(), hasUsers: hasUsers)
    if withUser == nil, !hasUsers, crontab.seemsToHaveUsers {
      throw Failure(
        .badData, "\(file): a user of this host stands before each command",
        hint: "--with-user takes these for users, --no-with-user for programs")
    }
    Console.standardOutput(crontab.yaml)
    for refusal in crontab.refusals {
      Console.standardError("\(file):\(refusal.number): not taken: \(refusal.text)")
    }
    for note in crontab.notes { Console.standardError("\(file):\(note.number): note: \(note.text)") }
    if !crontab.entries.isEmpty {
      Console.standardError(
        "note: whoever's crontab it is, jobs run as user ctx7, in the sandbox of a unit and not in $HOME; "
          + "see 'parameters of command' in ctx7.yaml(5)")
    }
    guard crontab.refusals.isEmpty else {
      let count = crontab.refusals.count
      throw Failure(
        .badData, "\(count.counted("line")) not taken, \(crontab.entries.count.counted("job")) written")
    }
  }

  /// By its name, or wherever links lead.
  private var isSystemCrontab: Bool {
    let named = URL(fileURLWithPath: file)
    return [named.standardized.path, named.resolvingSymlinksInPath().path].contains {
      $0 == "/etc/crontab" || $0.hasPrefix("/etc/cron.d/")
    }
  }

  private func text() throws -> String {
    let data: Data
    do {
      data =
        try file == "-"
        ? FileHandle.standardInput.readToEnd() ?? Data() : Data(contentsOf: URL(fileURLWithPath: file))
    } catch {
      throw Failure(.ioError, "\(file) cannot be read: \(error.systemReason)")
    }
    guard let text = String(data: data, encoding: .utf8) else {
      throw Failure(.badData, "\(file) is not UTF-8")
    }
    return text
  }
}
