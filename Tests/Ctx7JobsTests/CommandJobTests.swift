import Ctx7Jobs
import Ctx7Model
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Ctx7Process

@Suite struct CommandJobTests {
  private final class Heard: Sendable {
    let output = Mutex<[JobOutput]>([])
    let progress = Mutex<[JobProgress]>([])
  }

  private func run(
    _ argv: [String], environment: [String: String] = [:],
    inherited: [String: String] = ["PATH": "/usr/bin:/bin"],
    in directory: String? = nil, _ heard: Heard = Heard()
  ) async throws -> JobReport {
    let id = try #require(JobID(rawValue: "backup"))
    let context = JobContext(
      jobID: id, executionID: "backup_1", correlationID: "manual_2", retryCount: 1,
      startedAt: Timestamp(seconds: 1_790_000_000), now: { Timestamp(seconds: 1_790_000_000) },
      uptimeMilliseconds: { 0 }, report: { progress in heard.progress.withLock { $0.append(progress) } },
      emit: { _ in }, output: { line in heard.output.withLock { $0.append(line) } })
    let parameters = CommandParameters(argv: argv, environment: environment, workingDirectory: directory)
    return try await Command(parameters, environment: inherited).run(context)
  }

  private func shell(_ script: String, _ heard: Heard = Heard()) async throws -> JobReport {
    try await run(["/bin/sh", "-c", script], heard)
  }

  @Test func `the arguments reach the program as they are, no shell between`() async throws {
    let heard = Heard()
    let report = try await run(["printf", "%s\\n", "$HOME; rm -rf *", "two words", ""], heard)
    #expect(report.failure == nil)
    #expect(heard.output.withLock { $0.map(\.line) } == ["$HOME; rm -rf *", "two words", ""])
  }

  @Test func `a program that ends without reading its input takes nobody with it`() throws {
    let launch = ChildProcess.Launch(argv: ["true"], inheriting: ["PATH": "/bin"], input: [1, 2, 3])
    let inherited = signal(SIGPIPE, SIG_DFL)
    defer { signal(SIGPIPE, inherited) }
    let group = try ProcessGroup(launch)
    while !group.hasEnded { usleep(1000) }
    #expect(group.wait(graceSeconds: 1, {}, { _, _ in }) == .exited(0))
  }

  @Test func `the program sees its own variables, those of the job, and none that are for the executor`()
    async throws
  {
    let heard = Heard()
    _ = try await run(
      ["/usr/bin/env"], environment: ["GREETING": "a = b $c"],
      inherited: [
        "PATH": "/bin", "NOTIFY_SOCKET": "/run/x", "WATCHDOG_USEC": "1", "SWIFT_BACKTRACE": "enable=no",
        "KEPT": "yes",
      ], heard)
    let lines = Set(heard.output.withLock { $0.map(\.line) })
    #expect(
      lines.isSuperset(of: [
        "GREETING=a = b $c", "KEPT=yes", "CTX7_JOB_ID=backup", "CTX7_EXECUTION_ID=backup_1",
        "CTX7_CORRELATION_ID=manual_2", "CTX7_RETRY_COUNT=1", "CTX7_REPORT_FD=3",
      ]))
    let own = ["NOTIFY_SOCKET", "WATCHDOG", "SWIFT"]
    #expect(!lines.contains { line in own.contains { line.hasPrefix($0) } })
  }

  @Test func `it starts in its working directory`() async throws {
    try await withTemporaryDirectory { directory in
      let heard = Heard()
      _ = try await run(["/bin/pwd"], in: directory, heard)
      #expect(heard.output.withLock { $0.map(\.line) } == [directory])
    }
  }

  @Test func `what it prints goes to the log line by line, and the last of it to the result`() async throws {
    let heard = Heard()
    let report = try await shell("echo one; echo two >&2; printf three", heard)
    let output = heard.output.withLock { $0 }
    #expect(
      Set(output) == [
        JobOutput("one", isError: false), JobOutput("two", isError: true), JobOutput("three", isError: false),
      ])
    #expect(report.result["output_tail"]?.string?.hasSuffix("three") == true)
    #expect(report.result["exit_status"] == 0)
  }

  @Test func `a flood of output ends, and leaves the last four thousand characters`() async throws {
    let report = try await shell("seq 200000; echo last")
    let tail = try #require(report.result["output_tail"]?.string)
    #expect(tail.count <= 4200)
    #expect(tail.hasSuffix("200000\nlast"))
  }

  @Test func `JSON on descriptor 3 reports progress and counts`() async throws {
    let heard = Heard()
    let report = try await shell(
      """
      echo '{"done": 1, "total": 2}' >&3
      echo '{"done": 2, "total": 2, "text": "all of it"}' >&3
      echo 'no json' >&3
      echo '{"records_processed": 7, "records_failed": 1, "summary": "7 saved", "result": {"size": 12}}' >&3
      """, heard)
    let progress = heard.progress.withLock { $0 }
    #expect(progress.map(\.text) == ["1 of 2", "2 of 2: all of it"])
    #expect(report.recordsProcessed == 7)
    #expect(report.recordsFailed == 1)
    #expect(report.summary == "7 saved")
    #expect(report.result["result"]?["size"] == 12)
    #expect(report.result["output_tail"] == "no json")
  }

  @Test func `without counts of records, what is done and has failed counts`() async throws {
    let report = try await shell(#"echo '{"done": 6, "total": 10, "failed": 1}' >&3"#)
    #expect(report.recordsProcessed == 6)
    #expect(report.recordsFailed == 1)
  }

  static let endings: [(String, ErrorClass, String)] = [
    ("echo why >&2; exit 3", .command, "exit status 3: why"),
    ("exit 75", .temporary, "to be run again later"),
    ("kill -SEGV $$", .command, "signal 11"),
  ]

  @Test(arguments: endings)
  func `an ending other than 0 is a failure of its class`(
    script: String, errorClass: ErrorClass, words: String
  )
    async throws
  {
    let failure = try #require(try await shell(script).failure)
    #expect(failure.errorClass == errorClass)
    #expect(failure.message.contains(words))
  }

  @Test(
    arguments: [
      (["/nonexistent/program"], nil, "/nonexistent/program cannot be started: No such file"),
      (["/bin/true"], "/nonexistent", "/nonexistent cannot be started in: No such file"),
      (["/bin/true"], "/bin/sh", "/bin/sh cannot be started in: Not a directory"),
    ] as [([String], String?, String)])
  func `a program that cannot be started is a configuration error`(
    argv: [String], directory: String?, words: String
  ) async throws {
    let failure = await #expect(throws: JobFailure.self) { try await run(argv, in: directory) }
    #expect(failure?.errorClass == .configuration)
    #expect(failure?.message.hasPrefix(words) == true)
  }

  @Test(arguments: [(EAGAIN, true), (ENOMEM, true), (EMFILE, true), (ENFILE, true), (ENOENT, false)])
  func `what the host is short of may be there the next time`(code: CInt, mayPass: Bool) {
    #expect(LaunchError(path: "/bin/true", code: code).mayPass == mayPass)
  }

  @Test(.timeLimit(.minutes(1)))
  func `cancelling stops the whole process group`() async throws {
    try await withTemporaryDirectory { directory in
      let mark = directory + "/processes"
      let task = Task {
        try await shell("sleep 600 & echo $! $$ >\(mark).new; mv \(mark).new \(mark); wait; sleep 600")
      }
      while !FileManager.default.fileExists(atPath: mark) { try await Task.sleep(for: .milliseconds(10)) }
      task.cancel()
      await #expect(throws: CancellationError.self) { try await task.value }
      for process in try String(contentsOfFile: mark, encoding: .utf8).split(separator: " ") {
        let number = try #require(pid_t(process.filter(\.isNumber)))
        while kill(number, 0) == 0, !isZombie(number) { try await Task.sleep(for: .milliseconds(5)) }
      }
    }
  }

  private func isZombie(_ process: pid_t) -> Bool {
    (try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8))?.contains(") Z ") ?? true
  }

  @Test(.timeLimit(.minutes(1)))
  func `a child that it leaves behind is killed and keeps nobody waiting`() async throws {
    let begun = ContinuousClock.now
    let report = try await shell("sleep 600 & echo $!")
    #expect(report.failure == nil)
    #expect(ContinuousClock.now - begun < .seconds(60))
    let process = try #require(pid_t(report.result["output_tail"]?.string ?? ""))
    while kill(process, 0) == 0, !isZombie(process) { try await Task.sleep(for: .milliseconds(5)) }
  }
}
