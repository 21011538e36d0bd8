import Ctx7CLI
import Ctx7History
import Ctx7Model
import Foundation
import TestSupport
import Testing

/// A unit's executor asks systemd what has started it: over a bus that is missing, or that nobody answers on.
@Suite struct UnitStartTests {
  /// Runs a job as its unit does, with a system bus at `socket`.
  private func executeUnit(_ bench: Workbench, busAt socket: String) async throws -> Program.Ended {
    let id = try #require(JobID(rawValue: "quick"))
    try write("", to: bench.state + "/locks/.keep")
    let job = ResolvedJob(
      config: JobConfig(
        id: id, name: "Quick", schedule: Schedule(.interval(seconds: 60)),
        work: .command(CommandParameters(argv: ["/bin/true"]))),
      host: HostSettings())
    try HistoryStore(path: bench.state + "/jobs.sqlite").store([job], at: .now)
    return try await bench.run(
      "ctx7-job-exec", "--job", "quick", "--config-hash", job.hash, "--log-level", "debug",
      environment: [
        "DBUS_SYSTEM_BUS_ADDRESS": "unix:path=\(socket)", "INVOCATION_ID": "0123456789abcdef0123456789abcdef",
      ])
  }

  @Test(
    .enabled(
      if: !FileManager.default.fileExists(atPath: "/run/systemd/journal/socket"), "there is a journal here"))
  func `where there is no bus nobody is asked twice, and the job runs as its timer's`() async throws {
    try await Workbench.with { bench in
      let ended = try await executeUnit(bench, busAt: bench.directory + "/nothing")
      #expect(ended.status == 0, "\(ended.error)")
      #expect(!ended.error.contains("is asked again"))
      #expect(ended.error.contains("whether its timer started quick is not known, and is taken for granted"))
      #expect(try await bench.history().first?["trigger"] == "timer")
    }
  }

  @Test func `a systemd that is silent while it executes itself anew is asked again for two seconds`()
    async throws
  {
    try await Workbench.with { bench in
      let socket = bench.directory + "/bus"
      // Takes every connection, and closes it at once.
      let listener = ["--accept", "--listen", socket, "/bin/true"]
      let bus = try await Program.run("systemd-socket-activate", listener) { signal in
        let bound = try await Program.run(
          "/bin/sh",
          ["-c", "for i in $(seq 500); do [ -S \"$0\" ] && exit; sleep 0.02; done; exit 1", socket])
        try #require(bound.status == 0)
        let ended = try await executeUnit(bench, busAt: socket)
        #expect(ended.status == 0, "\(ended.error)")
        signal(15)
      }
      #expect(bus.output.components(separatedBy: "Spawned ").count - 1 == 10, "\(bus.output)")
      #expect(try await bench.history().first?["trigger"] == "timer")
    }
  }
}
