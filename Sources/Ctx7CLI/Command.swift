public import ArgumentParser
internal import Ctx7Model
internal import Glibc

/// A command of ours: every error ends in one message on standard error and one exit status.
///
/// Each names itself in its configuration: from the names of types ArgumentParser would make them at every start, for
/// all verbs, which takes a millisecond and a half.
public protocol Command: AsyncParsableCommand {
  /// Runs what a command line asks for, where that can be told without parsing it; by default it never can.
  ///
  /// - Parameter arguments: the words of the command line, the program's name left out.
  /// - Returns: false, and nothing has been done, where it cannot.
  static func runsUnparsed(_ arguments: [String]) async throws -> Bool
}

extension Command {
  /// Never.
  public static func runsUnparsed(_ arguments: [String]) async throws -> Bool { false }

  // Concurrent as the library's own main is: otherwise that one would be the better match for @main.
  /// Parses the command line, runs the command it asks for, and exits.
  @concurrent public static func main() async {
    do {
      if try await runsUnparsed(Array(CommandLine.arguments.dropFirst())) { return }
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
    // What it names may hold anything; a message is one line.
    Console.standardError("\(_commandName): \(failure.message)".controlsEscaped)
    for line in failure.excerpt { Console.standardError(line.controlsEscaped) }
    if let hint = failure.hint { Console.standardError("hint: \(hint)".controlsEscaped) }
    Glibc.exit(failure.exitStatus.rawValue)
  }
}
