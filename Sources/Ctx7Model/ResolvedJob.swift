/// One job as `ctx7-units generate` left it for the firings: its configuration and the host's, environment
/// included.
///
/// A firing reads this row instead of YAML, so it is judged by the configuration that made its timer.
public struct ResolvedJob: Hashable, Sendable {
  /// The job, complete.
  public var config: JobConfig
  /// What held for the host when it was generated.
  public var host: HostSettings

  /// Creates a resolved job.
  public init(config: JobConfig, host: HostSettings) {
    self.config = config
    self.host = host
  }

  /// Whether it is to run at all: the job is turned on, and the host is. An operator may have switched it off besides.
  public var isEnabled: Bool { config.enabled && host.enabled }

  /// The version of both; see `ConfigHash`.
  public var hash: String { ConfigHash(host).of(config) }
}
