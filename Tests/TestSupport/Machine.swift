internal import Foundation
internal import Subprocess
internal import SystemPackage

/// A machine whose PID 1 is a real systemd, booted by `Tests/Machine/with-systemd` for one test.
///
/// It has this package's programs in /usr/bin and a user `ctx7`; everything written to it is forgotten when
/// the test ends.
public final class Machine {
  /// Why no machine can be booted here; nil where one can.
  public static let unavailable: String? = {
    guard geteuid() == 0 else { return "needs root, to boot a systemd in namespaces of its own" }
    guard FileManager.default.isExecutableFile(atPath: "/lib/systemd/systemd") else {
      return "needs the package systemd"
    }
    return nil
  }()

  /// What a script printed, and how it ended.
  public struct Answer: Sendable {
    /// The exit status.
    public let status: Int
    /// Standard output and standard error, without the last newline.
    public let text: String
  }

  /// A script that did not end with 0.
  public struct Failed: Error, CustomStringConvertible {
    /// The text for people.
    public let description: String
  }

  private let input: StandardInputWriter
  private var lines: SubprocessOutputSequence.StringSequence<UTF8>.AsyncIterator

  private init(_ input: StandardInputWriter, _ lines: SubprocessOutputSequence.StringSequence<UTF8>) {
    self.input = input
    self.lines = lines.makeAsyncIterator()
  }

  /// Boots a machine with our programs and their user, runs `body` and takes the machine down.
  ///
  /// - Parameters:
  ///   - options: of `with-systemd`, `--state DIR` for instance.
  ///   - start: the time at which it boots, in seconds since 1970; its clocks then move at once when the command
  ///     `clockjump` says so. Without it, it has the time of this machine.
  public static func boot(
    _ options: [String] = [], at start: Int64? = nil,
    _ body: (Machine) async throws -> Void
  ) async throws {
    let programs = ["ctx7-api", "ctx7-job-exec", "ctx7-units", "ctx7ctl"].flatMap {
      ["--bind", "\(Program.directory)/\($0):/usr/bin/\($0)"]
    }
    try await bootBare(programs + options, at: start) { machine in
      try await machine.run("systemd-sysusers - <<<'u ctx7 - \"ctx7-jobs\" /var/lib/ctx7'")
      try await body(machine)
    }
  }

  /// More at once would make each other miss their deadlines, and run out of the kernel's inotify instances.
  private static let berths = Berths(3)

  /// Boots a machine that has nothing of ours.
  public static func bootBare(
    _ options: [String] = [], at start: Int64? = nil,
    _ body: (Machine) async throws -> Void
  ) async throws {
    await berths.take()
    do {
      try await bootNow(options, at: start, body)
      await berths.leave()
    } catch {
      await berths.leave()
      throw error
    }
  }

  private static func bootNow(
    _ options: [String], at start: Int64?, _ body: (Machine) async throws -> Void
  ) async throws {
    let result = try await Subprocess.run(
      .path(FilePath("\(Project.root)/Tests/Machine/\(start == nil ? "with-systemd" : "with-clock")")),
      arguments: Arguments((start.map { ["\($0)"] } ?? []) + options + ["--", "/bin/bash"]),
      // What steers the tests is nothing to the programs on the machine.
      environment: .inherit.updating(["PROVE": nil, "SEED": nil, "TMPDIR": nil]),
      workingDirectory: "/", input: .inputWriter, output: .sequence, error: .combinedWithOutput
    ) { execution in
      let machine = Machine(execution.standardInputWriter, execution.standardOutput.strings())
      do {
        try await body(machine)
      } catch {
        try await execution.standardInputWriter.finish()
        throw error
      }
      try await execution.standardInputWriter.finish()
    }
    guard result.terminationStatus.number == 0 else {
      throw Failed(description: "the machine went down: \(result.terminationStatus)")
    }
  }

  /// Runs a bash script on the machine, whatever its exit status.
  public func answer(_ script: String) async throws -> Answer {
    let mark = "end-\(UUID().uuidString)"
    let encoded = Data(script.utf8).base64EncodedString()
    _ = try await input.write(
      "(eval \"$(base64 -d <<<\(encoded))\") </dev/null 2>&1; printf '\\n%s %d\\n' \(mark) $?\n")
    var text: [String] = []
    while let line = try await lines.next() {
      if line.hasPrefix(mark) {
        if text.last == "" { text.removeLast() }
        return Answer(status: Int(line.dropFirst(mark.count + 1)) ?? -1, text: text.joined(separator: "\n"))
      }
      text.append(line)
    }
    throw Failed(description: "the machine went down in '\(script)': \(text.joined(separator: "\n"))")
  }

  /// Runs a bash script on the machine.
  ///
  /// - Throws: `Failed` with everything it printed, when it does not end with 0.
  @discardableResult
  public func run(_ script: String) async throws -> String {
    let answer = try await answer("set -e\n\(script)")
    guard answer.status == 0 else {
      throw Failed(description: "exit status \(answer.status) of\n\(script)\n\(answer.text)")
    }
    return answer.text
  }

  /// Runs a condition on the machine until it holds.
  ///
  /// - Throws: `Failed` when it does not within `seconds`.
  public func wait(_ seconds: Int = 20, until condition: String) async throws {
    try await run(
      """
      for ((i = 0; i < \(seconds * 20); i++)); do
        if \(condition); then exit 0; fi
        sleep 0.05
      done
      echo 'this did not come true: '\(Self.quoted(condition)); exit 1
      """)
  }

  /// Writes a file on the machine.
  public func write(_ text: String, to path: String) async throws {
    let encoded = Data(text.utf8).base64EncodedString()
    try await run("mkdir -p \"$(dirname \(path))\"; base64 -d <<<\(encoded) >\(path)")
  }

  private static func quoted(_ text: String) -> String {
    "'" + text.replacingOccurrences(of: "'", with: "'\\''") + "'"
  }
}
