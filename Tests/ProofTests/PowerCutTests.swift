import Ctx7History
import Ctx7Model
import Foundation
import Subprocess
import SystemPackage
import TestSupport
import Testing

/// What is left of the state directory when the power goes at any moment.
@Suite struct PowerCutTests {
  @Test func `after a power cut the database is whole, and holds every execution that was reported finished`()
    async throws
  {
    let config = """
      max_concurrent_jobs: 20
      jobs:
        - job_id: quick
          job_type: command
          max_concurrent_executions: 10
          schedule: {hours: 1}
          parameters: {argv: [/bin/true]}
      """
    try await Bench.with(config) { bench in
      let library = try await Preload.compile("powercut", into: bench.directory)
      let disk = bench.directory + "/disk"
      for folder in [bench.state, disk] {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      }
      let reported = bench.directory + "/reported"
      try write("", to: reported)
      // Four writers, one after the other's heels, in a process group that can be stopped at once.
      let script = """
        for writer in 1 2 3 4; do
          (while :; do
            id=$(\(Program.directory)/ctx7-job-exec --job quick --json | grep -o '"execution_id": "[^"]*"' | cut -d'"' -f4)
            [ -z "$id" ] || echo "$id" >>\(reported)
          done) &
        done
        wait
        """
      let variables = bench.environment.merging([
        "LD_PRELOAD": library, "POWERCUT_ROOT": bench.state, "POWERCUT_DISK": disk,
      ]) { $1 }
      _ = try await bench.execute("quick", environment: variables)
      var options = PlatformOptions()
      options.processGroupID = 0
      _ = try await Subprocess.run(
        .path("/bin/sh"), arguments: ["-c", script],
        environment: .inherit.updating(
          Dictionary(uniqueKeysWithValues: variables.map { (Environment.Key(stringLiteral: $0), $1) })),
        platformOptions: options, input: .none, output: .discarded, error: .discarded
      ) { execution in
        let group = -pid_t(execution.processIdentifier.value)
        defer { kill(group, SIGKILL) }
        for cut in 1...Effort.cases(8, prove: 30) {
          try await Task.sleep(for: .milliseconds(Int.random(in: 100...900)))
          kill(group, SIGSTOP)
          try check(cut, bench, disk, reported)
          kill(group, SIGCONT)
        }
      }
    }
  }

  private func check(_ cut: Int, _ bench: Bench, _ disk: String, _ reported: String) throws {
    let copy = bench.directory + "/cut-\(cut)"
    let ids = try String(contentsOfFile: reported, encoding: .utf8).split(separator: "\n").map(String.init)
    try FileManager.default.createDirectory(atPath: copy, withIntermediateDirectories: true)
    for name in ["jobs.sqlite", "jobs.sqlite-wal"]
    where FileManager.default.fileExists(atPath: "\(disk)/\(name)") {
      try FileManager.default.copyItem(atPath: "\(disk)/\(name)", toPath: "\(copy)/\(name)")
    }
    #expect(try integrity(copy + "/jobs.sqlite") == "ok", "cut \(cut)")
    let history = try bench.history(in: copy)
    for id in ids {
      let record = try history.execution(id)
      #expect(record?.status == .completed, "cut \(cut): \(id)")
    }
    let metrics = try #require(try history.metrics().first)
    let rows = try history.executions(limit: 100_000)
    #expect(metrics.totalExecutions == rows.count { $0.ending != nil }, "cut \(cut)")
    try FileManager.default.removeItem(atPath: copy)
  }
}
