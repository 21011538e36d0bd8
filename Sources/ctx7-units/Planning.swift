import Ctx7CLI
import Ctx7Config
import Ctx7Model
import Ctx7Systemd
import Ctx7Units
import Foundation

/// What all verbs start from: the configuration, and the units it asks for on this host.
struct Planning {
  let locations: Locations
  let configuration: Configuration
  let target: UnitTarget
  let plan: UnitPlan

  /// Reads the configuration and the host's zone data; prints what there is to say about either.
  ///
  /// - Parameter systemdVersion: nil asks the running systemd.
  init(_ location: LocationOptions, systemdVersion: Int? = nil, now: Timestamp = .now) throws {
    locations = location.locations
    configuration = try Configuration.read(locations, environment: ProcessInfo.processInfo.environment)
    guard
      !locations.stateDirectory.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }),
      !locations.stateDirectory.hasSuffix("\\")
    else {
      throw Failure(
        .usage, "the state directory's path has a control character in it, or ends with a backslash")
    }
    let zones = try Self.zones(of: configuration)
    let credentials = locations.credentialsDirectory
    let scope: UnitTarget.Scope = locations.scope == .system ? .system : .user
    target = UnitTarget(
      scope: scope,
      systemdVersion: try systemdVersion ?? Self.runningVersion(scope),
      programDirectory: Self.programDirectory,
      stateDirectory: locations.stateDirectory,
      stateDirectoryIsDefault: locations.stateDirectory == Self.defaultStateDirectory(user: location.user),
      configPath: locations.config,
      hostZone: HostZones.host(),
      zones: zones,
      now: now,
      credentialsDirectory: credentials,
      credentials: Self.credentialNames(configuration.host).filter {
        FileManager.default.fileExists(atPath: "\(credentials)/\($0)")
      })
    plan = UnitPlan(configuration, target)
  }

  /// The keys of services, and what the alert sinks name.
  private static func credentialNames(_ host: HostSettings) -> Set<String> {
    let sinks = host.alertSinks.flatMap { sink -> [String] in
      guard case .webhook(let webhook) = sink.transport else { return [] }
      return webhook.credentials
    }
    return Set(ServiceCredential.allCases.map(\.rawValue) + sinks)
  }

  /// The rules of all zones that jobs name; says of each job whose zone this host does not have.
  private static func zones(of configuration: Configuration) throws(Failure) -> [String: ZoneRules] {
    var zones: [String: ZoneRules] = [:]
    var errors = 0
    for job in configuration.jobs {
      guard let name = job.schedule.timeZone, zones[name] == nil else { continue }
      zones[name] = HostZones.read(name)
      guard zones[name] == nil else { continue }
      errors += 1
      let message = "job '\(job.id)': there is no time zone '\(name)' on this host"
      Console.standardError(Diagnostic(.error, configuration.origins[job.id], message).description)
    }
    guard errors == 0 else {
      throw Failure(
        .badConfig, "\(errors.counted("error")) in the configuration",
        hint: "'timedatectl list-timezones' lists the zones; the package tzdata has them")
    }
    return zones
  }

  /// Debian 12's, the oldest that is supported, where no systemd runs.
  private static let oldestVersion = 252

  private static func runningVersion(_ scope: UnitTarget.Scope) throws -> Int {
    guard let bus = try? SystemBus(scope == .system ? .system : .user) else { return oldestVersion }
    return try bus.version()
  }

  /// The directory of this program: its siblings are installed beside it.
  private static var programDirectory: String {
    let program =
      (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? "/usr/bin/ctx7-units"
    return (program as NSString).deletingLastPathComponent
  }

  private static func defaultStateDirectory(user: Bool) -> String {
    Locations(
      user: user, config: nil, stateDirectory: nil,
      environment: ProcessInfo.processInfo.environment.filter { $0.key != "CTX7_STATE_DIR" },
      isRoot: geteuid() == 0, systemIsConfigured: FileManager.default.fileExists(atPath: "/etc/ctx7")
    ).stateDirectory
  }
}
