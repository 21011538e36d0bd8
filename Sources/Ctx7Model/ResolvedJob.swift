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

  /// Sixteen hexadecimal digits that change whenever anything of the job or the host settings does.
  ///
  /// FNV-1a over the canonical JSON: it tells versions apart and is no protection against forgery.
  public var hash: String {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in JSONValue.array([config.json, host.json]).description.utf8 {
      hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
    }
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
