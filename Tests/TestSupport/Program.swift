internal import Foundation
public import Subprocess
internal import SystemPackage

/// Runs real programs in tests.
public enum Program {
  /// How a program ended.
  public struct Ended: Sendable {
    /// The exit status; negative is the signal that killed it.
    public let status: Int
    /// Standard output.
    public let output: String
    /// Standard error.
    public let error: String
  }

  /// The directory that holds this package's executables: the one the tests themselves run from.
  public static let directory: String = {
    let test = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    return (test as NSString).deletingLastPathComponent
  }()

  /// Runs a program to its end and collects what it prints.
  ///
  /// - Parameter name: one of this package's executables, or a path or name of another program.
  public static func run(
    _ name: String, _ arguments: [String], environment: [String: String] = [:], input: String = "",
    workingDirectory: String? = nil
  ) async throws -> Ended {
    let result = try await Subprocess.run(
      executable(name), arguments: Arguments(arguments),
      environment: .inherit.updating(
        Dictionary(uniqueKeysWithValues: environment.map { (Environment.Key(stringLiteral: $0), $1) })),
      workingDirectory: workingDirectory.map { FilePath($0) },
      input: .string(input), output: .string(limit: 64 << 20), error: .string(limit: 64 << 20))
    return Ended(
      status: result.terminationStatus.number, output: result.standardOutput,
      error: result.standardError)
  }

  /// Runs a program, and `body` beside it while it runs.
  ///
  /// - Parameter body: gets a closure that sends the program a signal.
  /// - Returns: how it ended; everything it printed is in `output`.
  public static func run(
    _ name: String, _ arguments: [String], environment: [String: String] = [:],
    beside body: (_ signal: @escaping @Sendable (CInt) -> Void) async throws -> Void
  ) async throws -> Ended {
    var text = ""
    let result = try await Subprocess.run(
      executable(name), arguments: Arguments(arguments),
      environment: .inherit.updating(
        Dictionary(uniqueKeysWithValues: environment.map { (Environment.Key(stringLiteral: $0), $1) })),
      input: .none, output: .sequence, error: .combinedWithOutput
    ) { execution in
      let process = pid_t(execution.processIdentifier.value)
      do {
        try await body { kill(process, $0) }
      } catch {
        kill(process, SIGKILL)
        throw error
      }
      for try await line in execution.standardOutput.strings() { text += line + "\n" }
    }
    return Ended(status: result.terminationStatus.number, output: text, error: "")
  }

  static func executable(_ name: String) -> Executable {
    if name.hasPrefix("ctx7") { return .path(FilePath("\(directory)/\(name)")) }
    return name.contains("/") ? .path(FilePath(name)) : .name(name)
  }
}

extension TerminationStatus {
  /// The exit status; negative is the signal.
  public var number: Int {
    switch self {
    case .exited(let code): Int(code)
    case .signaled(let signal): -Int(signal)
    }
  }
}
