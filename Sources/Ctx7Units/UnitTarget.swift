public import Ctx7Model

/// What units are generated for: whose systemd, which version, where things are.
public struct UnitTarget: Hashable, Sendable {
  /// Whose systemd it is.
  public var scope: Scope
  /// The systemd that will read the units; keys it does not know are left out.
  public var systemdVersion: Int
  /// Where `ctx7-job-exec` is.
  public var programDirectory: String
  /// Where history, documents and locks are kept.
  public var stateDirectory: String
  /// Whether `stateDirectory` is the one that the programs find by themselves.
  public var stateDirectoryIsDefault: Bool
  /// The configuration, as the header names it.
  public var configPath: String
  /// The host's zone, for schedules that name none.
  public var hostZone: ZoneRules
  /// The zones that schedules name, by name.
  public var zones: [String: ZoneRules]
  /// From when on single dates are written.
  public var now: Timestamp
  /// The secrets that are there.
  public var credentials: [UnitCredential]

  /// Creates a target.
  public init(
    scope: Scope, systemdVersion: Int, programDirectory: String, stateDirectory: String,
    stateDirectoryIsDefault: Bool, configPath: String, hostZone: ZoneRules, zones: [String: ZoneRules] = [:],
    now: Timestamp, credentials: [UnitCredential] = []
  ) {
    self.credentials = credentials
    self.scope = scope
    self.systemdVersion = systemdVersion
    self.programDirectory = programDirectory
    self.stateDirectory = stateDirectory
    self.stateDirectoryIsDefault = stateDirectoryIsDefault
    self.configPath = configPath
    self.hostZone = hostZone
    self.zones = zones
    self.now = now
  }

  /// The zone of a schedule.
  public func zone(of schedule: Schedule) -> ZoneRules {
    schedule.timeZone.flatMap { zones[$0] } ?? hostZone
  }

  /// The first version of systemd that knows a key; keys that are not listed are older than 247.
  private static let since = [
    "RestartSteps": 254, "DeferReactivation": 257,
  ]

  func knows(_ key: String) -> Bool {
    systemdVersion >= Self.since[key] ?? 0
  }
}
