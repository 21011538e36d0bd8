import Ctx7Config
import Ctx7Model
import Testing

@Suite struct CommandConfigTests {
  private func job(_ parameters: String) -> String {
    """
    jobs:
      - job_id: save
        job_type: command
        schedule: {hours: 1}
        parameters: \(parameters)
    """
  }

  @Test func `an argument may be empty, the program may not, and nothing is no text`() {
    guard case .command(let command) = load(job("{argv: [/bin/echo, '', \"~\"]}")).job("save")?.work else {
      return #expect(Bool(false), "no command")
    }
    #expect(command.argv == ["/bin/echo", "", "~"])
    #expect(
      load(job("{argv: ['', a]}")).lines
        == ["ctx7.yaml:5:25: error: argv: the first element is the program"])
    #expect(
      load(job("{argv: [/bin/echo, null, ~]}")).lines == [
        "ctx7.yaml:5:36: error: argv: an element has no value; put 'null' in quotes if it is meant as text",
        "ctx7.yaml:5:42: error: argv: an element has no value; put '~' in quotes if it is meant as text",
      ])
    #expect(
      load("context7_config: {target_workspaces: ['']}").lines
        == ["ctx7.yaml:1:39: error: target_workspaces: an element is empty"])
  }

  @Test(arguments: [
    ("/", "would open the whole system for writing"), ("//./", "would open the whole system for writing"),
    ("/srv/..", "goes up by '..'; write where it leads"), ("srv", "is not absolute"),
  ])
  func `no job may write to the whole system`(path: String, problem: String) {
    let loaded = load(job("{argv: [/bin/true], read_write_paths: [\(path)]}"))
    #expect(loaded.diagnostics.map(\.message) == ["read_write_paths: '\(path)' \(problem)"])
  }

  @Test func `a command job has its program, variables and directory`() throws {
    let loaded = load(
      job(
        "{argv: [/usr/bin/save, --all, 'a b'], environment: {LEVEL: \"9\", B: '$x'}, working_directory: /srv}"
      ))
    #expect(loaded.lines == [])
    let expected = CommandParameters(
      argv: ["/usr/bin/save", "--all", "a b"], environment: ["LEVEL": "9", "B": "$x"],
      workingDirectory: "/srv")
    let work = try #require(loaded.job("save")?.work)
    #expect(work == .command(expected))
    #expect(
      try JobWork(type: .command, parametersJSON: JSONValue(parsing: work.parametersJSON.description)) == work
    )
  }

  @Test func `a command job names what its sandbox goes without`() throws {
    let loaded = load(
      job("{argv: [/bin/true], loosen: [ProtectHome, SystemCallFilter], read_write_paths: [/srv/a]}"))
    #expect(loaded.lines == [])
    let work = try #require(loaded.job("save")?.work)
    let expected = CommandParameters(
      argv: ["/bin/true"], loosened: [.protectHome, .systemCallFilter], writablePaths: ["/srv/a"])
    #expect(work == .command(expected))
    #expect(
      try JobWork(type: .command, parametersJSON: JSONValue(parsing: work.parametersJSON.description)) == work
    )
  }

  @Test(arguments: [
    ("{}", "argv is the program and its arguments, for example [/usr/bin/true]"),
    ("{argv: []}", "argv is the program and its arguments, for example [/usr/bin/true]"),
    ("{argv: /bin/true}", "argv is a list, for example [a, b]"),
    ("{argv: [/bin/true], working_directory: srv}", "working_directory: 'srv' is not absolute"),
    ("{argv: [/bin/true], environment: {1A: x}}", "environment: '1A' is no name of a variable"),
    ("{argv: [/bin/true], environment: {A: [x]}}", "A is text, not a list or mapping"),
    ("{argv: [/bin/true], loosen: [NoNewPrivileges]}", "loosen: 'NoNewPrivileges'; it is one of"),
    ("{argv: [/bin/true], loosen: [ProtectHom]}", "loosen: 'ProtectHom'; did you mean 'ProtectHome'?"),
    ("{argv: [/bin/true], read_write_paths: [srv]}", "read_write_paths: 'srv' is not absolute"),
    ("{argv: [/bin/true], argc: 1}", "unknown key 'argc'; did you mean 'argv'?"),
  ])
  func `what no program can be run by is refused`(parameters: String, message: String) {
    let lines = load(job(parameters)).lines
    #expect(lines.count == 1)
    #expect(lines.first?.contains("error: \(message)") == true, "\(lines)")
  }

  @Test func `a command job without parameters is told what it needs`() {
    let lines = load("jobs: [{job_id: save, job_type: command, schedule: {hours: 1}}]").lines
    #expect(
      lines == ["ctx7.yaml:1:17: error: job 'save' needs parameters.argv: the program and its arguments"])
  }
}

@Suite struct AlertConfigTests {
  @Test func `thresholds of the host hold for all jobs but those that have their own`() throws {
    let loaded = load(
      """
      alerts:
        repeat_hours: 6
        error_rate_percent: 50
        sinks:
          - {name: ops, type: webhook, url: https://example.org/hook, secret_credential: hook-key, timeout_seconds: 5}
          - {name: pager, type: command, argv: [/usr/bin/page], minimum_severity: error}
      jobs:
        - {job_id: daily-maintenance, alerts: {repeat_hours: 1, sinks: [pager]}}
        - {job_id: health-check}
      """)
    #expect(loaded.lines == [])
    let own = try #require(loaded.job("daily-maintenance")?.alerts)
    #expect(own == AlertPolicy(errorRatePercent: 50, repeatHours: 1, sinks: ["pager"]))
    #expect(loaded.job("health-check")?.alerts == AlertPolicy(errorRatePercent: 50, repeatHours: 6))
    let host = try #require(loaded.configuration?.host)
    #expect(host.alertSinks.map(\.name) == ["ops", "pager"])
    #expect(try HostSettings(json: JSONValue(parsing: host.json.description)) == host)
  }

  @Test(arguments: [
    ("alerts: {repeat_hour: 1}", "unknown key 'repeat_hour'; did you mean 'repeat_hours'?"),
    ("alerts: {consecutive_failures: 0}", "consecutive_failures: 0 is out of range"),
    ("alerts: {sinks: [{name: a, type: mail}]}", "type: 'mail'; it is one of webhook, command"),
    ("alerts: {sinks: [{type: command, argv: [x]}]}", "a sink needs a name"),
    ("alerts: {sinks: [{name: a}]}", "a sink needs a type: webhook or command"),
    ("alerts: {sinks: [{name: a, type: command}]}", "a command sink needs argv"),
    ("alerts: {sinks: [{name: a, type: command, argv: []}]}", "a command sink needs argv"),
    ("alerts: {sinks: [{name: a, type: webhook}]}", "a webhook needs either url, or url_credential"),
    (
      "alerts: {sinks: [{name: a, type: webhook, url: ftp://x}]}",
      "begins neither with https:// nor with http://"
    ),
    (
      "alerts: {sinks: [{name: a, type: webhook, url: \"https://x:65536/\"}]}",
      "names no port from 1 to 65535"
    ),
    (
      "alerts: {sinks: [{name: a, type: webhook, url_credential: ../x}]}",
      "'../x' is no name of a file in the credentials directory"
    ),
    ("jobs: [{job_id: health-check, alerts: {sinks: [ops]}}]", "there is no sink 'ops'"),
    ("backup: {keep: -1}", "keep: -1 is out of range"),
  ])
  func `what is wrong is said in one line`(yaml: String, message: String) {
    let lines = load(yaml).lines
    #expect(lines.count == 1, "\(lines)")
    #expect(lines.first?.contains(message) == true, "\(lines)")
  }
}
