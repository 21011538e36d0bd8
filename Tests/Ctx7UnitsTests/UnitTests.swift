import Ctx7Config
import Ctx7Model
import Ctx7Units
import Foundation
import TestSupport
import Testing

private func config(_ name: String = "Job", _ change: (inout JobConfig) -> Void = { _ in }) throws
  -> JobConfig
{
  var config = JobConfig(
    id: try #require(JobID(rawValue: "job")), name: name, schedule: Schedule(.interval(seconds: 3600)),
    work: .maintenance)
  change(&config)
  return config
}

private func plan(_ jobs: [JobConfig], _ target: UnitTarget = target) -> UnitPlan {
  UnitPlan(Configuration(host: HostSettings(), jobs: jobs, origins: [:]), target)
}

@Suite struct EscapingTests {
  static let nasty = [
    "one\ntwo", "%i %% %n", "$HOME ${HOME}", "\"quoted\" 'single'", "back\\slash", "ends in \\",
    "a\\\n[Service]",
    "[Service]\nExecStart=/bin/sh", "\u{0}\u{1B}[31m\u{7F}\u{85}", "\u{2028}line\u{2029}paragraph", "=;#",
    "  spaces  ",
    String(repeating: "🎉", count: 2500), "e\u{301}", "\r\n\r\n[Install]\nAlias=x.service",
  ]

  @Test(arguments: nasty) func `a name never becomes a directive`(text: String) throws {
    let plain = try plan([config("Job")]).files
    for (file, reference) in zip(try plan([config(text)]).files, plain) {
      // The same keys on the same lines; only the value of Description= differs.
      let lines = file.text.split(separator: "\n", omittingEmptySubsequences: false)
      let expected = reference.text.split(separator: "\n", omittingEmptySubsequences: false)
      #expect(lines.count == expected.count)
      for (line, plain) in zip(lines, expected) where line != plain {
        #expect(line.hasPrefix("Description=") || line.contains("--config-hash"))
        #expect(!line.hasSuffix("\\"))
        #expect(!line.unicodeScalars.contains { $0.properties.generalCategory == .control })
      }
    }
  }

  @Test(arguments: nasty) func `systemd takes a unit with any name without a word`(text: String) async throws
  {
    try await withTemporaryDirectory { directory in
      for file in try plan([config(text)]).files {
        try write(
          file.text.replacing("/usr/bin/ctx7-job-exec", with: "/bin/true"), to: "\(directory)/\(file.name)")
      }
      let verified = try await Program.run(
        "systemd-analyze",
        ["verify", "--man=no", "\(directory)/ctx7-job-job.service", "\(directory)/ctx7-job-job.timer"])
      #expect(verified.status == 0)
      #expect(verified.error == "")
    }
  }

  @Test func `paths of any kind stay single words`() async throws {
    var target = target
    target.stateDirectory = "/srv/a b/$HOME/%n/\"q\"/\\x"
    target.stateDirectoryIsDefault = false
    target.programDirectory = "/opt/my programs"
    let service = try #require(try plan([config()], target).files.first { $0.name.hasSuffix(".service") })
    let line = try #require(service.text.split(separator: "\n").first { $0.hasPrefix("ExecStart=") })
    #expect(line.hasPrefix("ExecStart=\"/opt/my programs/ctx7-job-exec\" --job job --config-hash "))
    #expect(line.hasSuffix(#" --state-dir "/srv/a b/$$HOME/%%n/\"q\"/\\x""#))
    try await withTemporaryDirectory { directory in
      try write(
        service.text.replacing("\"/opt/my programs/ctx7-job-exec\"", with: "/bin/true"),
        to: "\(directory)/\(service.name)")
      let verified = try await Program.run(
        "systemd-analyze", ["verify", "--man=no", "\(directory)/\(service.name)"])
      #expect(verified.error == "")
    }
  }
}

@Suite struct DirectiveTests {
  private func text(
    _ suffix: String, _ target: UnitTarget = target, _ change: (inout JobConfig) -> Void = { _ in }
  )
    throws -> [Substring]
  {
    let file = try plan([config("Job", change)], target).files.first { $0.name.hasSuffix(suffix) }
    return try #require(file).text.split(separator: "\n")
  }

  @Test func `the deadline of the unit leaves the executor's own the time to record`() throws {
    #expect(try text(".service") { $0.timeoutSeconds = 100 }.contains("TimeoutStartSec=86560s"))
  }

  @Test(arguments: [
    (JobPriority.low, ["CPUWeight=20", "IOWeight=20", "IOSchedulingClass=idle"]), (.medium, []),
    (.high, ["CPUWeight=300", "IOWeight=300"]), (.critical, ["CPUWeight=500", "IOWeight=500"]),
  ])
  func `priority is weight`(priority: JobPriority, expected: [Substring]) throws {
    let lines = try text(".service") { $0.priority = priority }
    #expect(
      lines.filter { $0.contains("Weight=") || $0.hasPrefix("IOSched") || $0.hasPrefix("Nice") } == expected)
  }

  @Test func `jitter is fixed for the host`() throws {
    let lines = try text(".timer") { $0.schedule.jitterSeconds = 90 }
    #expect(lines.contains("RandomizedDelaySec=90s"))
    #expect(lines.contains("FixedRandomDelay=yes"))
  }

  @Test(arguments: [(252, false), (256, false), (257, true), (262, true)])
  func `a key is written only for a systemd that knows it`(version: Int, knows: Bool) throws {
    var target = target
    target.systemdVersion = version
    #expect(try text(".timer", target).contains("DeferReactivation=yes") == knows)
  }

  @Test(arguments: [
    (RetryPolicy(), ["RestartSteps=2", "RestartMaxDelaySec=240s"]),
    (RetryPolicy(maxRetries: 5), ["RestartSteps=4", "RestartMaxDelaySec=960s"]),
    (RetryPolicy(maxRetries: 5, maxDelaySeconds: 300), ["RestartSteps=2", "RestartMaxDelaySec=240s"]),
    (RetryPolicy(maxRetries: 1), []), (RetryPolicy(multiplier: 1), []), (RetryPolicy(multiplier: 1.5), []),
  ])
  func `delays grow in systemd as far as its formula follows the policy`(
    policy: RetryPolicy, expected: [Substring]
  ) throws {
    var target = target
    target.systemdVersion = 257
    let lines = try text(".service", target) { $0.retry = policy }
    #expect(lines.filter { $0.hasPrefix("RestartSteps=") || $0.hasPrefix("RestartMaxDelaySec=") } == expected)
    target.systemdVersion = 252
    #expect(try text(".service", target) { $0.retry = policy }.allSatisfy { !$0.hasPrefix("RestartSteps=") })
  }

  @Test func `no timer has a trigger that starts anew at every reload`() throws {
    for seconds in [1, 7, 60, 5400, 86_400, 604_800, 2 * 86_400, 100_000] {
      let lines = try text(".timer") { $0.schedule = Schedule(.interval(seconds: seconds)) }
      #expect(!lines.contains { $0.hasPrefix("OnActiveSec=") || $0.hasPrefix("OnUnitInactiveSec=") })
      #expect(lines.contains("Persistent=yes") == lines.contains { $0.hasPrefix("OnCalendar=") })
    }
  }

  @Test func `a user's manager gets no directive that it cannot carry out`() throws {
    var target = target
    target.scope = .user
    let lines = try text(".service", target)
    for key in [
      "User=", "CapabilityBoundingSet=", "PrivateDevices=", "ProtectSystem=", "StateDirectory=", "Slice=",
    ] {
      #expect(!lines.contains { $0.hasPrefix(key) })
    }
    #expect(lines.contains { $0.contains("--user") && $0.hasPrefix("ExecStart=") })
    #expect(lines.contains("NoNewPrivileges=yes"))
    #expect(lines[1].contains("'ctx7-units generate --user'"))
  }

  @Test func `the operator's switch keeps a timer from starting`() throws {
    #expect(try text(".timer").contains("ConditionPathExists=!/var/lib/ctx7/disabled/job"))
  }

  @Test func `what units are made from is read back from them, whatever the paths`() throws {
    var target = target
    target.configPath = "/srv/a  b/100%/" + String(repeating: "long/", count: 50) + "ctx7.yaml"
    target.stateDirectory = "/srv/a  b/100%/state"
    target.stateDirectoryIsDefault = false
    for file in try plan([config()], target).files {
      let origin = try #require(UnitFile.Origin(ofText: file.text))
      #expect(origin == UnitFile.Origin(target))
      #expect(origin.configuration == target.configPath)
      #expect(origin.stateDirectory == target.stateDirectory)
    }
  }

  @Test func `the header names the source and the place for local changes`() throws {
    let lines = try text(".timer")
    #expect(lines[0] == "# Generated by ctx7-units from /etc/ctx7/ctx7.yaml.")
    #expect(lines[2] == "# systemctl edit ctx7-job-job.timer")
  }
}

@Suite struct DifferenceTests {
  @Test func `new, changed, same and vanished files are told apart, and foreign ones are named`() throws {
    let old = try plan([config()])
    var disk = Dictionary(uniqueKeysWithValues: old.files.map { ($0.name, $0.text) })
    disk["ctx7-job-vanished.timer"] = UnitFile.marker + " from elsewhere\n"
    disk["ctx7-job-manual.timer"] = "[Timer]\n"
    let new = try plan([
      config { $0.priority = .low },
      config {
        $0.id = JobID(rawValue: "new") ?? $0.id
      },
    ])
    let difference = UnitDifference(new, disk: disk)
    #expect(difference.created.map(\.name) == ["ctx7-job-new.timer", "ctx7-job-new.service"])
    #expect(difference.updated.map(\.file.name) == ["ctx7-job-job.service"])
    #expect(difference.unchanged == 1)
    #expect(difference.removed == ["ctx7-job-vanished.timer"])
    #expect(difference.foreign.isEmpty)
    #expect(difference.summary == "created 2, updated 1, unchanged 1, removed 1")
    disk["ctx7-job-new.timer"] = "[Timer]\n"
    #expect(UnitDifference(new, disk: disk).foreign == ["ctx7-job-new.timer"])
  }

  @Test func `only a timer with other firings is rescheduled`() throws {
    let disk = Dictionary(uniqueKeysWithValues: try plan([config()]).files.map { ($0.name, $0.text) })
    let renamed = try plan([config("Other name") { $0.timeoutSeconds = 5 }])
    #expect(UnitDifference(renamed, disk: disk).rescheduledTimers.isEmpty)
    let moved = try plan([config { $0.schedule = Schedule(.interval(seconds: 1800)) }])
    #expect(UnitDifference(moved, disk: disk).rescheduledTimers == ["ctx7-job-job.timer"])
  }
}

@Suite struct SandboxTests {
  private func lines(_ command: CommandParameters) throws -> [String] {
    let job = try config { $0.work = .command(command) }
    let service = try #require(plan([job]).pairs.first?.service.text)
    return service.split(separator: "\n").map(String.init).filter { !$0.hasPrefix("ExecStart=") }
  }

  @Test(arguments: SandboxKey.allCases)
  func `a command job goes without what it names, and with everything else`(key: SandboxKey) throws {
    let tight = try lines(CommandParameters(argv: ["/bin/true"]))
    let loose = try lines(CommandParameters(argv: ["/bin/true"], loosened: [key]))
    let gone = tight.filter { !loose.contains($0) }
    #expect(!gone.isEmpty)
    #expect(gone.allSatisfy { $0.hasPrefix("\(key.rawValue)=") })
    #expect(loose.allSatisfy(tight.contains))
  }

  @Test func `what it may write to is named, each path a word of its own`() throws {
    let loose = try lines(CommandParameters(argv: ["/bin/true"], writablePaths: ["/srv/a", "/srv/b c%"]))
    #expect(loose.filter { $0.hasPrefix("ReadWritePaths=") }.count == 2)
    #expect(loose.contains("ReadWritePaths=\"/srv/b c%%\""))
    #expect(loose.contains("ProtectSystem=strict"))
  }
}

@Suite struct CredentialTests {
  @Test func `keys that are there are passed on by their files, and no key is ever in a unit`() throws {
    var target = target
    #expect(try plan([config()], target).files.allSatisfy { !$0.text.contains("LoadCredential") })
    target.credentials = [
      UnitCredential("weaviate-api-key", path: "/etc/100%/cre dentials/weaviate-api-key"),
      UnitCredential("context7-api-key", path: "/etc/encrypted/context7-api-key", isEncrypted: true),
    ]
    let service = try #require(try plan([config()], target).pairs.first?.service.text)
    #expect(
      service.split(separator: "\n").filter { $0.hasPrefix("LoadCredential") } == [
        "LoadCredentialEncrypted=context7-api-key:/etc/encrypted/context7-api-key",
        "LoadCredential=weaviate-api-key:/etc/100%%/cre dentials/weaviate-api-key",
      ])
  }
}
