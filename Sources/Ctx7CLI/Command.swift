public import ArgumentParser
internal import Ctx7Model
internal import Glibc

/// A command of ours: every error ends in one message on standard error and one exit status.
public protocol Command: AsyncParsableCommand {}

extension Command {
  // Concurrent as the library's own main is: otherwise that one would be the better match for @main.
  /// Parses the command line, runs the command it asks for, and exits.
  @concurrent public static func main() async {
    do {
      var command = try await asyncParseAsRoot()
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
    } catch {
      exit(reporting: error)
    }
  }

  /// Prints an error and exits by the table in `ExitStatus`.
  ///
  /// ArgumentParser's own (help, usage, validation, a plain exit code) stay with ArgumentParser.
  private static func exit(reporting error: any Error) -> Never {
    let origin = String(reflecting: type(of: error))
    guard !origin.hasPrefix("ArgumentParser.") else { exit(withError: error) }
    let failure = Failure(error)
    Console.standardError("\(_commandName): \(failure.message)")
    if let hint = failure.hint { Console.standardError("hint: \(hint)") }
    Glibc.exit(failure.exitStatus.rawValue)
  }
}
