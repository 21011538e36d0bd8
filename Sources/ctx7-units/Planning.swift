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
  /// How many warnings of the configuration were printed when it was read.
  let announcedWarnings: Int
  let target: UnitTarget
  let plan: UnitPlan

  /// Reads the configuration and the host's zone data; prints what there is to say about either.
  ///
  /// - Parameter systemdVersion: nil asks the running systemd.
  init(_ location: LocationOptions, systemdVersion: Int? = nil, now: Timestamp = .now) throws {
    locations = location.locations
    let loaded = Configuration.loaded(
      locations, environment: ProcessInfo.processInfo.environment, checkingZones: true)
    configuration = try loaded.announced()
    announcedWarnings = loaded.diagnostics.count { $0.severity == .warning }
    try Self.requireFitForUnits(locations.stateDirectory, "the state directory")
    try Self.requireFitForUnits(locations.config, "the configuration")
    let zones = Self.zones(of: configuration)
    let systemdVersion = try systemdVersion ?? Self.runningVersion(locations.scope)
    target = UnitTarget(
      scope: locations.scope,
      systemdVersion: systemdVersion,
      programDirectory: Self.programDirectory,
      stateDirectory: locations.stateDirectory,
      stateDirectoryIsDefault: locations.stateDirectory
        == locations.unnamedStateDirectory,
      configPath: locations.config,
      hostZone: HostZones.host(),
      zones: zones,
      now: now,
      credentials: try Self.credentials(configuration.host, locations, systemdVersion))
    plan = UnitPlan(configuration, target)
  }

  /// From when on a user's manager can decrypt (systemd's NEWS, "CHANGES WITH 256").
  private static let decryptingUserManager = 256

  /// The secrets that the units load: those that are there.
  private static func credentials(_ host: HostSettings, _ locations: Locations, _ systemdVersion: Int)
    throws(Failure) -> [UnitCredential]
  {
    let files = CredentialFiles(locations)
    lazy var inUnits = files.inUnits()
    var credentials: [UnitCredential] = []
    for name in host.credentialNames.sorted() {
      // What this caller may not see is as it was.
      let presence = files.presence(of: name)
      switch presence == .hidden ? inUnits[name] ?? .hidden : presence {
      case .plain: credentials.append(UnitCredential(name, path: files.plainPath(of: name)))
      case .encrypted:
        let path = files.encryptedPath(of: name)
        guard locations.scope == .system || systemdVersion >= decryptingUserManager else {
          throw Failure(
            .badConfig,
            "\(path): the systemd of a user decrypts from version 256 on, this is \(systemdVersion)",
            hint: "keep the secret in \(files.plainPath(of: name)), readable by you alone")
        }
        credentials.append(UnitCredential(name, path: path, isEncrypted: true))
      case .both:
        throw Failure(
          .badConfig, "\(files.plainPath(of: name)) and \(files.encryptedPath(of: name)) are both there",
          hint: "remove the one that is not to be used")
      case .none, .hidden: break
      }
    }
    return credentials
  }

  /// Says where the secrets are planned as the units have them.
  func noteHiddenSecrets() {
    let files = CredentialFiles(locations)
    guard configuration.host.credentialNames.contains(where: { files.presence(of: $0) == .hidden }) else {
      return
    }
    Console.standardError(
      "note: \(locations.credentialsDirectory) is not visible to you: secrets are taken to be those of the units"
    )
  }

  /// The rules of all zones that jobs name.
  private static func zones(of configuration: Configuration) -> [String: ZoneRules] {
    let names = Set(configuration.jobs.compactMap(\.schedule.timeZone))
    return names.reduce(into: [:]) { $0[$1] = HostZones.read($1) }
  }

  /// Debian 12's, the oldest that is supported, where no systemd runs.
  private static let oldestVersion = 252

  private static func runningVersion(_ scope: Scope) throws -> Int {
    try SystemBus.running(scope)?.version() ?? oldestVersion
  }

  /// The directory of this program: its siblings are installed beside it.
  private static var programDirectory: String {
    let program =
      (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? "/usr/bin/ctx7-units"
    return (program as NSString).deletingLastPathComponent
  }

  /// Makes sure that a path stays one value on one line (systemd.syntax(7)).
  private static func requireFitForUnits(_ path: String, _ whose: String) throws(Failure) {
    guard !path.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }),
      !path.hasSuffix("\\")
    else {
      throw Failure(.usage, "the path of \(whose) has a control character in it, or ends with a backslash")
    }
  }
}
