internal import Ctx7Model

extension UnitFile {
  /// The service of a job: one execution a start.
  static func service(of resolved: ResolvedJob, hash: String, _ target: UnitTarget) -> UnitFile {
    let job = resolved.config
    return UnitFile(
      name: job.id.serviceUnit,
      header: header(job.id.serviceUnit, target),
      sections: [
        Section(
          "Unit",
          [
            Directive("Description", UnitEscaping.prose("Job \(job.id): \(job.name)")),
            Directive("Documentation", "man:ctx7-job-exec(1)"),
          ] + network(target) + [
            // A schedule of seconds would run into the limit on starts.
            Directive("StartLimitIntervalSec", "0")
          ]),
        Section(
          "Service",
          execution(of: job, hash: hash, target) + priority(job.priority) + surroundings(target)
            + textFile(resolved.host.prometheusTextFile, target)
            + sandbox(of: job, target)),
      ])
  }

  /// A user's manager has no network-online.target. What comes after D-Bus is stopped before it, and can still ask
  /// whether the system shuts down.
  private static func network(_ target: UnitTarget) -> [Directive] {
    guard target.scope == .system else { return [Directive("After", "dbus.service")] }
    return [
      Directive("Wants", "network-online.target"), Directive("After", "network-online.target dbus.service"),
    ]
  }

  private static let longestWaitSeconds = 86_400

  private static func execution(of job: JobConfig, hash: String, _ target: UnitTarget) -> [Directive] {
    let program = UnitEscaping.word("\(target.programDirectory)/ctx7-job-exec")
    let line = FiringCommandLine(
      job: job.id, configHash: hash, isOfUser: target.scope == .user,
      stateDirectory: target.stateDirectoryIsDefault ? nil : target.stateDirectory)
    func command(_ arguments: [String]) -> String {
      ([program] + arguments.map(UnitEscaping.word)).joined(separator: " ")
    }
    return [
      Directive("Type", "oneshot"),
      Directive("ExecStart", command(line.arguments)),
      Directive("ExecStopPost", "-" + command(["--settle", job.id.rawValue] + line.places)),
      Directive("NotifyAccess", "main"),
      // The last resort, behind the executor's own deadline and the watchdog. It counts from the start of the process, the
      // waits for a slot or a retry included, and what is asked for beyond it is forgotten when units are read anew.
      Directive("TimeoutStartSec", "\(job.timeoutSeconds + 60 + longestWaitSeconds)s"),
      // Who misses that has lost control. Were it asked to end, it might record that somebody had stopped it.
      Directive("TimeoutStartFailureMode", "kill"),
      // The same holds where the kernel has killed one of its children.
      Directive("OOMPolicy", "kill"),
      Directive("TimeoutStopSec", "30s"),
      // The executor stops its children itself: were they told at the same time, their end would look like a failure.
      Directive("KillMode", "mixed"),
      // What waits for a server, however long, reports every minute.
      Directive("WatchdogSec", "5min"),
      // SIGTERM itself ends a process that does not trap it yet; for Type=oneshot that would be a failure.
      Directive("SuccessExitStatus", "143 SIGTERM"),
    ] + restarting(job.retry, target)
  }

  private static func priority(_ priority: JobPriority) -> [Directive] {
    // Weights rather than Nice=, which libdispatch sets anew for each of its threads.
    switch priority {
    case .low:
      [Directive("CPUWeight", "20"), Directive("IOWeight", "20"), Directive("IOSchedulingClass", "idle")]
    case .medium: []
    case .high: [Directive("CPUWeight", "300"), Directive("IOWeight", "300")]
    case .critical: [Directive("CPUWeight", "500"), Directive("IOWeight", "500")]
    }
  }

  private static func surroundings(_ target: UnitTarget) -> [Directive] {
    var directives = [
      Directive("SyslogIdentifier", "ctx7-job-exec"),
      // The default loses lines of a run that reports thousands of documents.
      Directive("LogRateLimitBurst", "1000000"),
      Directive("UMask", "0027"),
      // Where a Swift is installed, its runtime catches the signals of a crash, and the watchdog's, for a debugger that
      // the sandbox keeps from its work: the process would hang rather than end.
      Directive("Environment", "SWIFT_BACKTRACE=enable=no"),
    ]
    // One that names a file that is missing would keep the service from starting.
    directives += target.credentials.sorted { $0.name < $1.name }.map(\.directive)
    guard target.scope == .system else { return directives }
    directives += [Directive("Slice", "ctx7.slice"), Directive("User", "ctx7")]
    if target.stateDirectoryIsDefault {
      directives += [Directive("StateDirectory", "ctx7"), Directive("StateDirectoryMode", "0750")]
    } else {
      let path = UnitEscaping.listedPath(target.stateDirectory)
      directives += [Directive("BindPaths", path), Directive("ReadWritePaths", path)]
    }
    return directives
  }

  /// The folder that metrics are written to, where there is one.
  private static func textFile(_ path: String?, _ target: UnitTarget) -> [Directive] {
    // To write to / would be to undo ProtectSystem=strict; no configuration asks for it.
    guard let path, target.scope == .system, let slash = path.lastIndex(of: "/"), slash > path.startIndex
    else { return [] }
    return [Directive("ReadWritePaths", "-" + UnitEscaping.listedPath(String(path[..<slash])))]
  }
}
