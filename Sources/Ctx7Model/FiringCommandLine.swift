/// The command line by which a unit runs one execution: written by `ctx7-units generate`, read by `ctx7-job-exec`.
///
/// It has this reader of its own because ArgumentParser's reflection over all options takes longer than a firing that
/// finds nothing to do writes to its database. Any other command line is left to ArgumentParser.
public struct FiringCommandLine: Hashable, Sendable {
  /// The job to run.
  public var job: JobID
  /// The version of its configuration that the unit carries.
  public var configHash: String
  /// Whether it is a user's own job.
  public var isOfUser: Bool
  /// Where the state is kept; nil for the place that the programs find by themselves.
  public var stateDirectory: String?

  /// Creates a command line.
  public init(job: JobID, configHash: String, isOfUser: Bool, stateDirectory: String?) {
    self.job = job
    self.configHash = configHash
    self.isOfUser = isOfUser
    self.stateDirectory = stateDirectory
  }

  /// Its words, the program's name left out.
  public var arguments: [String] { ["--job", job.rawValue, "--config-hash", configHash] + places }

  /// Those of its words that say where the state is.
  public var places: [String] {
    (isOfUser ? ["--user"] : []) + (stateDirectory.map { ["--state-dir", $0] } ?? [])
  }

  /// Reads words, the program's name left out; nil when `arguments` would write others.
  public init?(arguments: [String]) {
    guard arguments.count >= 4, let job = JobID(rawValue: arguments[1]) else { return nil }
    let rest = arguments.dropFirst(4)
    self.init(
      job: job, configHash: arguments[3], isOfUser: rest.first == "--user",
      stateDirectory: rest.count > 1 ? rest.last : nil)
    guard self.arguments == arguments else { return nil }
  }
}
