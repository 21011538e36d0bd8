public import Ctx7Model

/// What the endpoints work with.
struct Service: Sendable {
  let records: Records
  let settings: APISettings
  let stop: StopSignal
  /// The wall clock.
  let now: @Sendable () -> Timestamp
}

/// Where this service finds everything.
public struct APISettings: Sendable {
  /// The history of the jobs.
  public var historyFile: String
  /// The documents.
  public var documentsFile: String
  /// The lock files of running jobs.
  public var lockDirectory: String
  /// One file for each job that an operator has switched off.
  public var disabledDirectory: String
  /// Whose systemd runs the jobs.
  public var scope: Scope
  /// What one client may cost.
  public var limits = ServerLimits()
  /// The zone of a schedule.
  public var zone: @Sendable (Schedule) -> ZoneRules
  /// Who gets in over TCP.
  public var tokens: BearerTokens
  /// Where an operator keeps the tokens, for hints.
  public var tokensFile: String

  /// Creates settings.
  public init(
    historyFile: String, documentsFile: String, lockDirectory: String, disabledDirectory: String,
    scope: Scope, zone: @escaping @Sendable (Schedule) -> ZoneRules, tokens: BearerTokens, tokensFile: String
  ) {
    self.historyFile = historyFile
    self.documentsFile = documentsFile
    self.lockDirectory = lockDirectory
    self.disabledDirectory = disabledDirectory
    self.scope = scope
    self.zone = zone
    self.tokens = tokens
    self.tokensFile = tokensFile
  }
}
