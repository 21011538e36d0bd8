internal import Ctx7Model
internal import Ctx7Process
internal import FoundationEssentials
internal import Synchronization

/// A sink that is a program: it reads the alert's JSON from its standard input, and takes it by exiting with 0.
struct AlertCommand {
  let argv: [String]
  let timeoutSeconds: Int
  let host: String

  func run(_ alert: Alert) async throws {
    let timeout = timeoutSeconds
    try await withThrowingTaskGroup { [self] group in
      group.addTask { try await self.finish(alert) }
      group.addTask {
        try await Task.sleep(for: .seconds(timeout))
        throw AlertSinkError("\(self.argv[0]) did not end within \(timeout) s")
      }
      defer { group.cancelAll() }
      try await group.next()
    }
  }

  private func finish(_ alert: Alert) async throws {
    let launch = ChildProcess.Launch(
      argv: argv,
      inheriting: ProcessInfo.processInfo.environment,
      adding: [
        "CTX7_ALERT_TYPE": alert.kind.rawValue, "CTX7_ALERT_SEVERITY": alert.severity.rawValue,
        "CTX7_JOB_ID": alert.jobID.rawValue,
      ],
      input: Array((alert.message(from: host) + "\n").utf8))
    let last = Mutex("")
    let exit = try await ChildProcess.run(launch, graceSeconds: 1) { _, line in last.withLock { $0 = line } }
    let said = last.withLock { $0.isEmpty ? "" : ": \($0)" }
    switch exit {
    case .exited(0): return
    case .exited(let status): throw AlertSinkError("\(argv[0]) ended with exit status \(status)\(said)")
    case .signaled(let signal): throw AlertSinkError("\(argv[0]) was killed by signal \(signal)\(said)")
    }
  }
}
