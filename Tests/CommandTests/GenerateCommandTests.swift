import Ctx7Model
import Foundation
import TestSupport
import Testing

/// `ctx7-units init`, `generate` and `remove`, without a systemd.
@Suite struct GenerateCommandTests {
  @Test func `of two that generate the later one writes what the configuration is by then`() async throws {
    func job(_ id: String) -> String {
      "jobs: [{job_id: \(id), job_type: maintenance, schedule: {hours: 1}}]\n"
    }
    try await Workbench.with(job("early")) { bench in
      let units = bench.directory + "/units"
      try FileManager.default.createDirectory(atPath: units, withIntermediateDirectories: true)
      let first = open(units, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
      defer { close(first) }
      try #require(flock(first, LOCK_EX) == 0)
      var status = stat()
      try #require(fstat(first, &status) == 0)
      let waits = try Regex("-> FLOCK .*:\(status.st_ino) ")
      let ended = try await Program.run(
        "ctx7-units", ["generate", "--output", units], environment: bench.environment
      ) { _ in
        while try String(contentsOfFile: "/proc/locks", encoding: .utf8).firstMatch(of: waits) == nil {
          try await Task.sleep(for: .milliseconds(10))
        }
        try write(job("late"), to: bench.config)
        flock(first, LOCK_UN)
      }
      #expect(ended.status == 0, "\(ended.output)")
      #expect(FileManager.default.fileExists(atPath: units + "/ctx7-job-late.timer"))
      #expect(!FileManager.default.fileExists(atPath: units + "/ctx7-job-early.timer"))
    }
  }

  @Test func `jobs whose state is where it is by default do not begin anew elsewhere`() async throws {
    try await Workbench.with("jobs: [{job_id: a, job_type: maintenance, schedule: {hours: 1}}]") { bench in
      let generate = ["generate", "--user", "--config", bench.config, "--output", bench.directory + "/units"]
      let home = ["HOME": bench.directory]
      #expect(try await Program.run("ctx7-units", generate, environment: home).status == 0)
      let moved = try await Program.run(
        "ctx7-units", generate + ["--state-dir", "/srv/x"], environment: home)
      #expect(moved.status == 78)
      let state = bench.directory + "/.local/state/ctx7"
      #expect(moved.error.contains("hint: give --state-dir \(state) as before"), "\(moved.error)")
      #expect(moved.error.contains("with 'ctx7-units remove --user'"), "\(moved.error)")
      #expect(
        try await Program.run("ctx7-units", generate + ["--state-dir", state], environment: home).status == 0)
    }
  }

  @Test func `remove forgets the jobs where their units have their state`() async throws {
    try await Workbench.with("jobs: [{job_id: a, job_type: maintenance, schedule: {hours: 1}}]") { bench in
      let home = ["XDG_CONFIG_HOME": bench.directory]
      for state in ["other", "own"] {
        let there = ["--user", "--state-dir", "\(bench.directory)/\(state)"]
        #expect(try await Program.run("ctx7-units", ["remove"] + there, environment: home).status == 0)
        #expect(
          try await Program.run(
            "ctx7-units", ["generate", "--config", bench.config] + there, environment: home
          ).status == 0)
      }
      let elsewhere = ["--user", "--state-dir", bench.directory + "/other"]
      #expect(try await Program.run("ctx7-units", ["remove"] + elsewhere, environment: home).status == 0)
      let own = try await Program.run(
        "ctx7ctl", ["status", "--json", "--user", "--state-dir", bench.directory + "/own"], environment: home)
      #expect(own.output == "[]\n")
    }
  }

  @Test func `units that another configuration has made are not removed`() async throws {
    func job(_ id: String) -> String {
      "jobs: [{job_id: \(id), job_type: maintenance, schedule: {hours: 1}}]\n"
    }
    try await Workbench.with(job("kept")) { bench in
      let units = bench.directory + "/units"
      let other = bench.directory + "/other.yaml"
      _ = try await bench.run("ctx7-units", "generate", "--output", units)
      try write(job("new"), to: other)
      let refused = try await bench.run("ctx7-units", "generate", "--output", units, "--config", other)
      #expect(refused.status == 78)
      #expect(refused.error.contains("2 units made from \(bench.config) would be removed by \(other)"))
      #expect(try FileManager.default.contentsOfDirectory(atPath: units).count == 2)
      try write(job("kept"), to: other)
      let taken = try await bench.run("ctx7-units", "generate", "--output", units, "--config", other)
      #expect(taken.status == 0)
      #expect(taken.error.contains("note: 2 units made from \(bench.config) will be those of \(other)"))
    }
  }

  @Test func `what has the name of a unit and is no file is nobody's, and in the way of its own job alone`()
    async throws
  {
    let other = "{job_id: other, job_type: maintenance, schedule: {hours: 1}}"
    try await Workbench.with("jobs: [\(other)]\n") { bench in
      let units = bench.directory + "/units"
      try FileManager.default.createDirectory(
        atPath: units + "/ctx7-job-odd.service", withIntermediateDirectories: true)
      try FileManager.default.createSymbolicLink(
        atPath: units + "/ctx7-job-odd.timer", withDestinationPath: "/nonexistent")
      let written = try await bench.run("ctx7-units", "generate", "--output", units)
      #expect(written.status == 0, "\(written.error)")
      #expect(written.output == "created 2, updated 0, unchanged 0, removed 0\n")
      try write("jobs: [\(other), \(other.replacing("other", with: "odd"))]\n", to: bench.config)
      let refused = try await bench.run("ctx7-units", "generate", "--output", units)
      #expect(refused.status == 78)
      #expect(refused.error.contains("\(units)/ctx7-job-odd."), "\(refused.error)")
      #expect(refused.error.contains(" was not made by ctx7-units"), "\(refused.error)")
    }
  }

  @Test(arguments: [true, false])
  func `init makes what everybody can read, whatever umask root has`(user: Bool) async throws {
    try await Workbench.with { bench in
      let path = bench.directory + "/fresh/ctx7.yaml"
      let made = try await Program.run(
        "/bin/sh",
        [
          "-c", #"umask 077; exec "$0" init --config "$@""#, Program.directory + "/ctx7-units", path,
        ] + (user ? ["--user"] : []))
      #expect(made.status == 0, "\(made.error)")
      // Without root the system's scope is that of hosts where it is configured.
      let isSystems = !user && (geteuid() == 0 || FileManager.default.fileExists(atPath: "/etc/ctx7"))
      for (name, mode) in [(path, 0o644), (bench.directory + "/fresh", 0o755)] {
        let attributes = try FileManager.default.attributesOfItem(atPath: name)
        #expect(attributes[.posixPermissions] as? Int == (isSystems ? mode : mode & 0o700), "\(name)")
      }
      let below = try await bench.run("ctx7-units", "init", "--config", path + "/ctx7.yaml")
      #expect(below.status == 74)
      #expect(below.error.contains("\(path) cannot be created: "), "\(below.error)")
    }
  }

  @Test func `two zones for one schedule are refused`() async throws {
    let config = schedulesOfNote.replacing("clock_changes: systemd", with: "timezone: Asia/Tokyo")
    try await Workbench.with(config) { bench in
      let ended = try await bench.run("ctx7-units", "check")
      #expect(ended.status == 78)
      #expect(
        ended.error.contains(
          "7:17: error: timezone: 'Asia/Tokyo', but the cron_expression begins with the zone 'Europe/Berlin'")
      )
    }
  }

  @Test func `jobs that cannot be read are not taken for jobs that are gone`() async throws {
    try await Workbench.with { bench in
      try write("not a folder", to: bench.directory + "/jobs.d")
      let checked = try await bench.run("ctx7-units", "check")
      #expect(checked.status == 78)
      #expect(checked.error.contains("/jobs.d:1:1: error: the directory cannot be read: Not a directory"))
    }
  }

  @Test func `paths of variables are made absolute, as those of options are`() async throws {
    try await Workbench.with("jobs: [{job_id: a, job_type: maintenance, schedule: {hours: 1}}]") { bench in
      let ended = try await Program.run(
        "ctx7-units", ["generate", "--output", "units"],
        environment: ["CTX7_CONFIG": "ctx7.yaml", "CTX7_STATE_DIR": "state/x"],
        workingDirectory: bench.directory)
      #expect(ended.status == 0, "\(ended.error)")
      let service = try String(contentsOfFile: bench.directory + "/units/ctx7-job-a.service", encoding: .utf8)
      let state = bench.directory + "/state/x"
      #expect(service.hasPrefix("# Generated by ctx7-units from \(bench.config), its state in \(state)."))
      #expect(service.contains("--state-dir \(state)\n"))
      // Who forgets to say where it is would begin with an empty one.
      let forgotten = try await bench.run(
        "ctx7-units", "generate", "--output", bench.directory + "/units", "--state-dir",
        bench.directory + "/other")
      #expect(forgotten.status == 78)
      #expect(forgotten.error.contains("hint: give --state-dir \(state) as before"), "\(forgotten.error)")
    }
  }
}
