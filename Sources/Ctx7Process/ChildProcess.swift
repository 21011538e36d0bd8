internal import Dispatch
internal import Glibc

/// A program that runs as a child of this process, in a process group of its own, without a shell.
public struct ChildProcess: Sendable {
  /// What to run.
  public struct Launch: Sendable {
    /// The program, looked up in `PATH` where it holds no slash, and its arguments.
    public var argv: [String]
    /// All variables that the program sees.
    public var environment: [String: String]
    /// Where it starts; nil is where this process is.
    public var workingDirectory: String?
    /// What it reads from its standard input.
    public var input: [UInt8]

    /// What systemd tells a main process, and what makes ours what they are: a child is none, its output is no journal
    /// stream, and how it crashes is its own affair.
    private static let unheritable = [
      "NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID", "JOURNAL_STREAM", "LISTEN_FDS", "LISTEN_PID",
      "LISTEN_FDNAMES", "SWIFT_BACKTRACE",
    ]

    /// Creates a launch.
    ///
    /// - Parameters:
    ///   - inherited: of this process, of which the program gets what is not meant for this process alone.
    ///   - variables: what it gets besides, or instead.
    public init(
      argv: [String], inheriting inherited: [String: String], adding variables: [String: String] = [:],
      workingDirectory: String? = nil, input: [UInt8] = []
    ) {
      self.argv = argv
      environment = inherited.filter { !Self.unheritable.contains($0.key) }.merging(variables) { $1 }
      self.workingDirectory = workingDirectory
      self.input = input
    }
  }

  /// How a program ended.
  public enum Exit: Hashable, Sendable {
    case exited(Int32)
    case signaled(Int32)
  }

  /// Where a line came from.
  public enum Source: Sendable {
    case output
    case error
    /// File descriptor 3, which programs may write structured lines to.
    case reports
  }

  /// Runs a program to its end. Cancelling the task sends SIGTERM to the whole process group, and SIGKILL
  /// `graceSeconds` later; whatever the program leaves behind in its group is killed.
  ///
  /// - Parameters:
  ///   - tick: called at least ten times a second while the program is watched.
  ///   - line: gets each line without its newline, on a thread of its own; longer ones than 64 KiB in parts.
  /// - Throws: `LaunchError` when the program cannot be started.
  public static func run(
    _ launch: Launch, graceSeconds: Int = 10, tick: @escaping @Sendable () -> Void = {},
    line: @escaping @Sendable (Source, String) -> Void
  ) async throws -> Exit {
    let group = try ProcessGroup(launch)
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        // Reading blocks, so it has a thread outside of the cooperative pool.
        DispatchQueue(label: "ctx7-child").async {
          continuation.resume(returning: group.wait(graceSeconds: graceSeconds, tick, line))
        }
      }
    } onCancel: {
      group.terminate()
    }
  }
}

/// A program that could not be started.
public struct LaunchError: Error, CustomStringConvertible {
  /// The program, or the directory that it was to start in.
  public let path: String
  /// The errno.
  public let code: CInt
  /// Whether it is the directory that makes the start impossible.
  var isDirectory = false

  /// Whether the host is short of something that it may have again later: processes, memory, descriptors.
  public var mayPass: Bool { [EAGAIN, ENOMEM, EMFILE, ENFILE].contains(code) }

  /// The text for people.
  public var description: String {
    "\(path) cannot be started\(isDirectory ? " in" : ""): \(String(cString: strerror(code)))"
  }
}
