internal import Glibc

extension Locations {
  /// The places that options, environment and the caller's identity add up to.
  public init(
    user: Bool, config: String? = nil, stateDirectory: String?, environment: [String: String]
  ) {
    self.init(
      user: user, config: config, stateDirectory: stateDirectory, environment: environment,
      isRoot: geteuid() == 0, systemIsConfigured: access("/etc/ctx7", F_OK) == 0)
  }
}
