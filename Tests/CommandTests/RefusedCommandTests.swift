import Ctx7Model
import Foundation
import TestSupport
import Testing

/// What commands say and how they exit when they cannot do what they are asked.
@Suite struct RefusedCommandTests {
  @Test func `a job that there is not is 64, with those that there are`() async throws {
    try await Workbench.with { bench in
      let ended = try await bench.run("ctx7-job-exec", "--job", "weekly-document-refres")
      #expect(ended.status == 64)
      #expect(
        ended.error == """
          ctx7-job-exec: there is no job 'weekly-document-refres'
          hint: configured are: daily-maintenance, daily-ttl-cleanup, health-check, weekly-document-refresh

          """)
    }
  }

  @Test func `a broken configuration is 78, every error with its place, and nothing is made`() async throws {
    try await Workbench.with("max_concurrent_jobs: 99\nbogus: 1\n") { bench in
      let ended = try await bench.refresh()
      #expect(ended.status == 78)
      #expect(ended.error.contains("\(bench.config):1:22: error: max_concurrent_jobs: 99 is out of range"))
      #expect(ended.error.contains("\(bench.config):2:1: error: unknown key 'bogus'"))
      #expect(ended.error.hasSuffix("ctx7-job-exec: 2 errors in the configuration\n"))
      #expect(!FileManager.default.fileExists(atPath: bench.state))
    }
  }

  @Test func `a configuration that is named and missing is an error`() async throws {
    try await Workbench.with { bench in
      let ended = try await bench.run("ctx7-units", "check", "--config", "/nonexistent.yaml")
      #expect(ended.status == 78)
      #expect(
        ended.error.hasPrefix("/nonexistent.yaml:1:1: error: it cannot be read: No such file or directory\n"))
    }
  }

  @Test func `wrong usage is 64`() async throws {
    try await Workbench.with { bench in
      for arguments in [["--job"], [], ["--bogus"], ["--job", "A B"], ["--job", "a", "--settle", "b"]] {
        let ended = try await Program.run("ctx7-job-exec", arguments, environment: bench.environment)
        #expect(ended.status == 64, "\(arguments)")
        #expect(!ended.error.isEmpty)
      }
    }
  }

  @Test func `of job, settle and resume it is one`() async throws {
    try await Workbench.with { bench in
      let both = try await bench.run("ctx7-job-exec", "--job", "tidy", "--resume")
      #expect(both.status == 64)
      #expect(both.error.contains("give one of --job ID, --settle ID, --resume"))
    }
  }

  @Test(.enabled(if: geteuid() == 0, "needs root, to act as somebody else"))
  func `documents that this user may not see are no missing documents`() async throws {
    try await Workbench.with(eager) { bench in
      #expect(try await bench.track("https://example.org/llms.txt").status == 0)
      for path in [bench.directory, bench.config] { chmod(path, 0o755) }
      chmod(bench.state, 0o750)
      let ended = try await Program.run(
        "setpriv",
        [
          "--reuid=65534", "--regid=65534", "--clear-groups", "\(Program.directory)/ctx7-job-exec", "--job",
          "weekly-document-refresh", "--dry-run",
        ], environment: bench.environment)
      #expect(ended.status == 74)
      #expect(ended.output == "")
      #expect(ended.error.contains("documents.sqlite: permission denied; members of the group"))
    }
  }

  @Test func `a history that a newer version has written is refused, and not touched`() async throws {
    try await Workbench.with(eager) { bench in
      _ = try await bench.refresh()
      let sqlite = try await Program.run(
        "python3",
        [
          "-c",
          "import sqlite3; c = sqlite3.connect('\(bench.state)/jobs.sqlite'); "
            + "c.execute(\"INSERT INTO grdb_migrations VALUES ('999 the future')\"); c.commit()",
        ])
      try #require(sqlite.status == 0, "\(sqlite.error)")
      let ended = try await bench.refresh()
      #expect(ended.status == 74)
      #expect(ended.error.contains("jobs.sqlite"))
      #expect(ended.error.contains("newer"))
    }
  }

  @Test func `a file that is no database is named`() async throws {
    try await Workbench.with(eager) { bench in
      try write(String(repeating: "not a database ", count: 100), to: bench.state + "/jobs.sqlite")
      let ended = try await bench.refresh()
      #expect(ended.status == 74)
      #expect(ended.error.contains("\(bench.state)/jobs.sqlite"))
    }
  }

  @Test func `commands that only read say when there is nothing yet`() async throws {
    try await Workbench.with { bench in
      for verb in ["history", "status"] {
        let ended = try await bench.run("ctx7ctl", verb)
        #expect(ended.status == 74)
        #expect(ended.error.contains("yet"))
      }
      let documents = try await bench.run("ctx7ctl", "documents", "list")
      #expect(documents.output.hasPrefix("no documents are tracked"))
      #expect(!FileManager.default.fileExists(atPath: bench.state))
    }
  }

  @Test func `init writes an example that checks, and never overwrites`() async throws {
    try await Workbench.with { bench in
      let path = bench.directory + "/new/ctx7.yaml"
      let made = try await bench.run("ctx7-units", "init", "--preset", "minimal", "--config", path)
      #expect(made.status == 0)
      let checked = try await bench.run("ctx7-units", "check", "--config", path)
      #expect(checked.output == "1 job, no errors, 0 warnings\n")
      let again = try await bench.run("ctx7-units", "init", "--config", path)
      #expect(again.status == 78)
      #expect(again.error.contains("\(path) exists"))
    }
  }

  @Test func `a source that fails is named, and the execution is a failure`() async throws {
    try await LoopbackServer.with({ _ in .init(500) }) { server in
      try await Workbench.with(eager) { bench in
        _ = try await bench.track(server.address + "/llms.txt")
        let ended = try await bench.refresh()
        // It may pass, so whoever has started it is told to try again.
        #expect(ended.status == 75)
        #expect(ended.error.contains("\(server.address)/llms.txt: the server failed (HTTP 500)"))
        let record = try #require(try await bench.history().first)
        #expect(record["status"] == "failed")
        #expect(record["records_failed"] == 1)
      }
    }
  }

  @Test func `a source that is gone is no failure, and said`() async throws {
    try await Workbench.with(eager) { bench in
      let source = bench.directory + "/widgets.md"
      try write(longText("widgets"), to: source)
      _ = try await bench.track(source)
      try FileManager.default.removeItem(atPath: source)
      let ended = try await bench.refresh()
      #expect(ended.status == 0)
      #expect(ended.output.hasSuffix(": 1 document due: 1 gone upstream\n"))
      let list = try await bench.run("ctx7ctl", "documents", "list")
      #expect(list.output.contains(" gone "))
    }
  }
}
