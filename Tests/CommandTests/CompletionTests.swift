import Foundation
import TestSupport
import Testing

/// What a shell asks for when somebody presses the tab key.
@Suite struct CompletionTests {
  @Test(arguments: ["bash", "zsh", "fish"])
  func `each shell gets a script that knows every verb`(shell: String) async throws {
    let script = try await Program.run("ctx7ctl", ["--generate-completion-script", shell])
    #expect(script.status == 0)
    for verb in ["status", "history", "dlq", "documents"] { #expect(script.output.contains(verb)) }
  }

  @Test func `the names of jobs are completed`() async throws {
    try await Workbench.with { bench in
      let names = try await bench.run(
        "ctx7ctl", "---completion", "history", "--", "positional@0", "0", "0",
        environment: ["SAP_SHELL": "bash", "SAP_SHELL_VERSION": "5.2"])
      #expect(
        names.output.split(separator: "\n")
          == ["daily-maintenance", "daily-ttl-cleanup", "health-check", "weekly-document-refresh"])
    }
  }

  @Test(arguments: ["--config other.yaml", "--config=other.yaml", "--user"])
  func `the names are those of the configuration that the command line means`(option: String) async throws {
    try await Workbench.with { bench in
      let job = "jobs: [{job_id: mine, job_type: maintenance, schedule: {hours: 1}}]"
      for path in ["/other.yaml", "/ctx7/ctx7.yaml"] { try write(job, to: bench.directory + path) }
      let words = ["ctx7ctl", "history"] + option.split(separator: " ").map(String.init) + [""]
      let names = try await Program.run(
        "ctx7ctl", ["---completion", "history", "--", "positional@0", "\(words.count - 1)", "0"] + words,
        environment: [
          "SAP_SHELL": "bash", "SAP_SHELL_VERSION": "5.2", "XDG_CONFIG_HOME": bench.directory,
          "CTX7_CONFIG": "",
        ],
        workingDirectory: bench.directory)
      #expect(names.output == "mine\n")
    }
  }
}
