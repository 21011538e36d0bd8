import Ctx7CLI
import Ctx7History
import Ctx7Model
import Foundation
import TestSupport
import Testing

/// `ctx7ctl` as people and programs use it, without systemd.
struct CtlTests {
  private let tidy = """
    jobs:
      - job_id: tidy
        job_type: maintenance
        schedule: {schedule_type: cron, cron_expression: "0 3 * * *"}
    """

  private func withRun(_ body: (Workbench, _ execution: String) async throws -> Void) async throws {
    try await Workbench.with(tidy) { bench in
      #expect(try await bench.run("ctx7-job-exec", "--job", "tidy").status == 0)
      let execution = try #require(try await bench.history().first?["execution_id"]?.string)
      try await body(bench, execution)
    }
  }

  @Test func `show tells of an execution, its attempts and its result`() async throws {
    try await withRun { bench, execution in
      let shown = try await bench.run("ctx7ctl", "show", execution)
      #expect(shown.status == 0)
      #expect(shown.output.contains("status          completed"))
      #expect(shown.output.contains("\"operation\": \"check history\""))
      let json = try JSONValue(parsing: try await bench.run("ctx7ctl", "show", execution, "--json").output)
      #expect(json["execution_id"]?.string == execution)
      #expect(json["attempts"]?.array?.count == 1)
      #expect(json["log"]?.array != nil)
      let unknown = try await bench.run("ctx7ctl", "show", "nope")
      #expect(unknown.status == 64)
      #expect(unknown.error.contains("there is no execution 'nope'"))
    }
  }

  @Test func `show says that the process of an execution has died`() async throws {
    try await withRun { bench, _ in
      let left = ExecutionRecord(
        id: "left", jobID: try #require(JobID(rawValue: "tidy")), status: .running, trigger: .manual,
        startedAt: .now, correlationID: "manual_left")
      try HistoryStore(path: bench.state + "/jobs.sqlite").open(left)
      let shown = try await bench.run("ctx7ctl", "show", "left")
      #expect(shown.output.contains("status          abandoned"), "\(shown.output)")
    }
  }

  @Test func `metrics shows all jobs or one, by the same names as JSON`() async throws {
    try await withRun { bench, _ in
      let all = try JSONValue(parsing: try await bench.run("ctx7ctl", "metrics", "--json").output)
      #expect(all["tidy"]?["total_executions"]?.integer == 1)
      let one = try JSONValue(parsing: try await bench.run("ctx7ctl", "metrics", "tidy", "--json").output)
      #expect(one == all["tidy"])
      let text = try await bench.run("ctx7ctl", "metrics", "tidy")
      #expect(text.output.contains("successful executions      1"))
    }
  }

  @Test func `whoever shows a job's health judges it by its own thresholds`() async throws {
    let configuration = """
      jobs:
        - job_id: broken
          job_type: command
          schedule: {schedule_type: cron, cron_expression: "0 3 1 1 *"}
          retry_config: {max_retries: 0}
          alerts: {consecutive_failures: 1}
          parameters: {argv: [/bin/false]}
        - job_id: report
          job_type: health_check
          schedule: {schedule_type: cron, cron_expression: "0 3 1 1 *"}
      """
    try await Workbench.with(configuration) { bench in
      let home = ["XDG_CONFIG_HOME": bench.directory]
      #expect(try await bench.run("ctx7-units", "generate", "--user", environment: home).status == 0)
      _ = try await bench.run("ctx7-job-exec", "--job", "broken")
      let log = try await bench.run("ctx7-job-exec", "--job", "report").error
      #expect(log.contains(#"health_status="unhealthy""#), "\(log)")
      for arguments in [["health"], ["status", "--json"], ["metrics", "broken", "--json"]] {
        let shown = try await Program.run("ctx7ctl", arguments, environment: bench.environment)
        #expect(shown.output.contains("unhealthy"), "\(arguments): \(shown.output)")
      }
    }
  }

  @Test(arguments: [Scope.system, .user])
  func `a hint names our commands with --user where the jobs are the user's`(scope: Scope) async throws {
    try await Workbench.with(tidy) { bench in
      let home = ["XDG_CONFIG_HOME": bench.directory]
      #expect(try await bench.run("ctx7-units", "generate", "--user", environment: home).status == 0)
      try write(tidy + "    enabled: false\n", to: bench.config)
      #expect(try await bench.track("https://example.org/llms.txt").status == 0)
      let option = scope == .user ? ["--user"] : []
      let isOfUser =
        scope == .user || (geteuid() != 0 && !FileManager.default.fileExists(atPath: "/etc/ctx7"))
      for arguments in [
        ["status"], ["show", "nope"], ["run", "nope"], ["history", "nope"], ["health", "nope"],
        ["dlq", "show", "9"], ["documents", "list", "--workspace", "x-docs"], ["documents", "show", "nope"],
        ["logs", "nope"],
      ] {
        let ended = try await Program.run("ctx7ctl", arguments + option, environment: bench.environment)
        let named = (ended.output + ended.error).matches(of: /'(ctx7(?:ctl|-units|-job-exec) [^']*)'/).map(
          \.output.1)
        #expect(!named.isEmpty, "\(arguments): \(ended)")
        for command in named { #expect(command.hasSuffix(" --user") == isOfUser, "\(arguments): \(command)") }
      }
    }
  }

  @Test func `a job that is off says so in one word, and where it is turned on`() async throws {
    try await Workbench.with(tidy) { bench in
      let home = ["XDG_CONFIG_HOME": bench.directory]
      #expect(try await bench.run("ctx7-units", "generate", "--user", environment: home).status == 0)
      #expect(try await bench.run("ctx7ctl", "disable", "tidy", "--user", "--reason", "moving").status == 0)
      for verb in ["status", "health"] {
        let shown = try await bench.run("ctx7ctl", verb, "--user").output
        #expect(shown.contains("off") && !shown.contains("unknown"), "\(shown)")
      }
      try write("retired 0\nit was to run once, and has\n", to: bench.state + "/disabled/tidy")
      let status = try await bench.run("ctx7ctl", "status", "--user").output
      #expect(
        status.contains(" retired: it was to run once") && !status.contains("off: retired"), "\(status)")
      let refused = try await bench.run("ctx7ctl", "enable", "tidy", "--user")
      #expect(refused.status == 78)
      #expect(refused.error.contains("tidy is retired: it was to run once"))
      #expect(
        refused.error.contains("in \(bench.config), or in the file of jobs.d beside it"), "\(refused.error)")
    }
  }

  @Test func `a configuration with errors is not said to have changed`() async throws {
    try await Workbench.with(tidy) { bench in
      let home = ["XDG_CONFIG_HOME": bench.directory]
      #expect(try await bench.run("ctx7-units", "generate", "--user", environment: home).status == 0)
      try write(tidy + "    enabled: perhaps\n", to: bench.config)
      let status = try await bench.run("ctx7ctl", "status", "--user")
      #expect(
        status.error == "note: the configuration has errors; 'ctx7-units check --user' shows them\n",
        "\(status.error)")
    }
  }

  @Test func `an average of no execution is none`() async throws {
    try await Workbench.with("enabled: false\n" + tidy) { bench in
      // What is skipped is counted, and is no execution.
      #expect(try await bench.run("ctx7-job-exec", "--job", "tidy").output.contains("skipped"))
      let metrics = try await bench.run("ctx7ctl", "metrics").output
      #expect(metrics.contains("tidy") && !metrics.contains("0 ms"), "\(metrics)")
    }
  }

  @Test func `times are local, and in UTC where that is asked for`() async throws {
    try await withRun { bench, _ in
      let zone = ["TZ": "<+05>-5"]
      let local = try await bench.run("ctx7ctl", "history", environment: zone).output
      let utc = try await bench.run("ctx7ctl", "history", "--utc", environment: zone).output
      let started = try #require(try await bench.history().first?["started_at"]?.string)
      let shown = started.prefix(19).replacing("T", with: " ")
      #expect(utc.contains(shown))
      #expect(!local.contains(shown))
    }
  }

  @Test func `running shows nothing where nothing runs`() async throws {
    try await withRun { bench, _ in
      let table = try await bench.run("ctx7ctl", "running")
      #expect(table.output == "nothing runs\n")
      let json = try await bench.run("ctx7ctl", "running", "--json")
      #expect(json.output == "[]\n")
    }
  }

  @Test func `a backup is whole, and never overwrites one`() async throws {
    try await withRun { bench, _ in
      let folder = bench.directory + "/backup"
      let made = try await bench.run("ctx7ctl", "db", "backup", folder)
      #expect(made.status == 0)
      let copy = try await bench.run("ctx7ctl", "history", "--json", "--state-dir", folder)
      #expect(try JSONValue(parsing: copy.output).array?.count == 1)
      #expect(try await bench.run("ctx7ctl", "db", "backup", folder).status == 64)
    }
  }

  @Test func `a backup is no more open to others than what it copies`() async throws {
    try await withRun { bench, _ in
      let copied = try await bench.run(
        "bash", "-c",
        #"umask 0; "$1"/ctx7ctl db backup "$2" >/dev/null && stat --format=%a "$2"/*"#, "x",
        Program.directory, bench.directory + "/backup")
      #expect(copied.output == "640\n640\n", "\(copied.error)")
    }
  }

  @Test(.enabled(if: geteuid() == 0, "needs root, to make a file system of its own"))
  func `a backup for which there is no space says so, and leaves nothing`() async throws {
    try await withRun { bench, _ in
      // In a mount namespace: a file system that the history does not fit into.
      let small = bench.directory + "/small"
      try FileManager.default.createDirectory(atPath: small, withIntermediateDirectories: true)
      let full = try await Program.run(
        "unshare",
        [
          "--mount", "--propagation", "private", "bash", "-c",
          #"mount -t tmpfs -o size=32k tmpfs "$1" && "$2"/ctx7ctl db backup "$1/copy"; echo $?; ls "$1/copy""#,
          "x", small, Program.directory,
        ], environment: bench.environment)
      #expect(full.error.contains("\(small)/copy/jobs.sqlite: database or disk is full"), "\(full.error)")
      #expect(full.output == "74\n")
    }
  }

  @Test func `a damaged database is found`() async throws {
    try await withRun { bench, _ in
      #expect(try await bench.run("ctx7ctl", "db", "check").status == 0)
      let copy = bench.directory + "/backup"
      #expect(try await bench.run("ctx7ctl", "db", "backup", copy).status == 0)
      let file = try FileHandle(forUpdating: URL(fileURLWithPath: copy + "/jobs.sqlite"))
      try file.seek(toOffset: 4096 * 3)
      try file.write(contentsOf: Data(repeating: 0xA5, count: 4096 * 4))
      try file.close()
      let checked = try await bench.run("ctx7ctl", "db", "check", "--state-dir", copy)
      #expect(checked.status == 74)
    }
  }

  @Test func `a database that is none is a row beside those that are well`() async throws {
    try await withRun { bench, _ in
      let copy = bench.directory + "/backup"
      #expect(try await bench.run("ctx7ctl", "db", "backup", copy).status == 0)
      let documents = copy + "/documents.sqlite"
      try? FileManager.default.removeItem(atPath: documents)
      try String(repeating: "no database ", count: 1000).write(
        toFile: documents, atomically: true, encoding: .utf8)
      let checked = try await bench.run("ctx7ctl", "db", "check", "--json", "--state-dir", copy)
      #expect(checked.status == 74)
      let rows = try JSONValue(parsing: checked.output).array ?? []
      #expect(rows.compactMap { $0["state"]?.string } == ["ok", "damaged"])
      #expect(rows.last?["detail"]?.string?.contains("file is not a database") == true)
      #expect(checked.error.contains("'ctx7ctl db backup' made"))
    }
  }

  @Test func `a job that never was is refused where nothing is found of it`() async throws {
    try await withRun { bench, _ in
      for verb in [["logs", "typo"], ["dlq", "purge", "--job", "typo"], ["dlq", "list", "typo"]] {
        let refused = try await Program.run("ctx7ctl", verb, environment: bench.environment)
        #expect(refused.status == 64, "\(verb): \(refused.output)")
        #expect(refused.error.contains("there is no job 'typo'"))
      }
      let known = try await bench.run("ctx7ctl", "dlq", "purge", "--job", "tidy")
      #expect(known.output == "0 dead letters deleted\n")
      #expect(try await bench.run("ctx7ctl", "logs", "tidy").status == 0)
    }
  }

  @Test func `prune deletes what is older, and counts it`() async throws {
    try await withRun { bench, _ in
      let pruned = try JSONValue(parsing: try await bench.run("ctx7ctl", "db", "prune", "--json").output)
      #expect(pruned["deleted_alerts"]?.integer == 0)
      #expect(pruned["deleted_executions"]?.integer == 0)
      let refused = try await bench.run("ctx7ctl", "db", "prune", "--older-than", "0")
      #expect(refused.status == 64)
    }
  }

  @Test func `rules and a dashboard are printed`() async throws {
    try await Workbench.with { bench in
      let rules = try await bench.run("ctx7ctl", "prometheus", "rules").output
      #expect(rules.contains("alert: Ctx7JobFailing"))
      let dashboard = try JSONValue(parsing: try await bench.run("ctx7ctl", "prometheus", "grafana").output)
      #expect(dashboard["panels"]?.array?.count == 12)
    }
  }

  @Test(
    .enabled(
      if: FileManager.default.isExecutableFile(atPath: Project.promtool),
      "needs promtool: make test fetches it"))
  func `promtool agrees with the rules`() async throws {
    try await Workbench.with { bench in
      let rules = try await bench.run("ctx7ctl", "prometheus", "rules").output
      let file = bench.directory + "/rules.yml"
      try write(rules, to: file)
      let checked = try await Program.run(Project.promtool, ["check", "rules", file])
      #expect(checked.status == 0)
      #expect(checked.output.contains("7 rules found"))
    }
  }

  @Test func `every metric that a rule or a panel names is exported`() async throws {
    try await withRun { bench, _ in
      _ = try await bench.run(
        "ctx7ctl", "documents", "add", "https://example.org/llms.txt", "--technology", "x")
      let home = ["XDG_CONFIG_HOME": bench.directory]
      #expect(try await bench.run("ctx7-units", "generate", "--user", environment: home).status == 0)
      let metrics = try await bench.run("ctx7ctl", "prometheus", "metrics").output
      let rules = try await bench.run("ctx7ctl", "prometheus", "rules").output
      let dashboard = try await bench.run("ctx7ctl", "prometheus", "grafana").output
      let names = (rules + dashboard).matches(of: /ctx7_[a-z_]+/).map { String($0.output) }
      for growth in (rules + dashboard).matches(of: /(?:increase|i?rate)\((ctx7_[a-z_]+)/) {
        #expect(!metrics.contains("# TYPE \(growth.output.1) gauge"), "a gauge has no increase")
      }
      // No failure has happened.
      let known = metrics + " ctx7_job_last_failure_timestamp_seconds"
      let exported = Set(known.matches(of: /ctx7_[a-z_]+/).map { String($0.output) })
      #expect(Set(names).subtracting(exported) == [])
    }
  }

  @Test func `metrics for the text file must be a .prom file with an absolute path`() async throws {
    try await Workbench.with("prometheus: {textfile: ctx7.txt}") { bench in
      let checked = try await bench.run("ctx7-units", "check")
      #expect(checked.status == 78)
      #expect(checked.error.contains(":1:"))
      #expect(checked.error.contains("is not absolute"))
    }
  }

  @Test func `an execution renews the text file`() async throws {
    try await Workbench.with { bench in
      let file = bench.directory + "/ctx7.prom"
      try write(tidy + "\nprometheus: {textfile: \(file)}\n", to: bench.config)
      let home = ["XDG_CONFIG_HOME": bench.directory]
      #expect(try await bench.run("ctx7-units", "generate", "--user", environment: home).status == 0)
      #expect(try await bench.run("ctx7-job-exec", "--job", "tidy").status == 0)
      let text = try String(contentsOfFile: file, encoding: .utf8)
      #expect(text.contains(#"ctx7_job_executions_total{job="tidy",outcome="completed"} 1"#))
      let printed = try await bench.run("ctx7ctl", "prometheus", "metrics").output
      #expect(printed.contains(#"ctx7_job_executions_total{job="tidy",outcome="completed"} 1"#))
    }
  }
}
