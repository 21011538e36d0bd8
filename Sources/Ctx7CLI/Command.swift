public import ArgumentParser
internal import Ctx7Model
internal import Glibc

/// A command of ours: every error ends in one message on standard error and one exit status.
public protocol Command: AsyncParsableCommand {
  /// The command that a command line asks for, where that can be told without parsing; else nil, as by default.
  ///
  /// - Parameter arguments: the words of the command line, the program's name left out.
  static func known(_ arguments: [String]) -> Self?
}

extension Command {
  /// Nothing is known.
  public static func known(_ arguments: [String]) -> Self? { nil }

  // Concurrent as the library's own main is: otherwise that one would be the better match for @main.
  /// Parses the command line, runs the command it asks for, and exits.
  @concurrent public static func main() async {
    do {
      if var command = known(Array(CommandLine.arguments.dropFirst())) { return try await command.run() }
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
  /// ArgumentParser's own (help, usage, validation) stay with ArgumentParser.
  private static func exit(reporting error: any Error) -> Never {
    // ArgumentParser would make its help text first.
    if let code = error as? ExitCode { Glibc.exit(code.rawValue) }
    let origin = String(reflecting: type(of: error))
    guard !origin.hasPrefix("ArgumentParser.") else { exit(withError: error) }
    let failure = Failure(error)
    Console.standardError("\(_commandName): \(failure.message)")
    if let hint = failure.hint { Console.standardError("hint: \(hint)") }
    Glibc.exit(failure.exitStatus.rawValue)
  }
}
