/// Tells the versions of jobs apart: sixteen hexadecimal digits that change whenever anything of the job or of the host's
/// settings does.
public struct ConfigHash: Sendable {
  private let host: FNV1a

  /// For the jobs of a host, whose settings are the same for ten thousand jobs.
  public init(_ host: HostSettings) {
    var hash = FNV1a()
    hash.add(host.json.utf8)
    self.host = hash
  }

  /// The hash of one job: FNV-1a over the canonical JSON of both.
  public func of(_ config: JobConfig) -> String {
    var hash = host
    hash.add(config.json.utf8)
    return hash.digits
  }
}
