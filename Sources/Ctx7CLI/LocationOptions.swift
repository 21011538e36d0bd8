public import ArgumentParser
internal import Foundation
internal import SystemPackage

/// Where the state is, for a program that reads no configuration.
public struct StateOptions: ParsableArguments {
  /// `--state-dir`
  @Option(help: ArgumentHelp("Where history and documents are kept.", valueName: "path"))
  public var stateDir: String?

  /// `--user`
  @Flag(help: "Work on your own jobs rather than the system's.")
  public var user = false

  /// Creates options that nobody has given.
  public init() {}

  /// Refuses a path that is none.
  public func validate() throws {
    if stateDir?.isEmpty == true { throw ValidationError("--state-dir needs a path") }
  }

  /// The places that options, environment and the caller's identity add up to.
  public var locations: Locations { locations(config: nil) }

  fileprivate func locations(config: String?) -> Locations {
    var locations = Locations(
      user: user, config: config, stateDirectory: stateDir, environment: ProcessInfo.processInfo.environment)
    // Those of CTX7_CONFIG and CTX7_STATE_DIR too: units hold them, and systemd has no directory to begin from.
    locations.config = Self.absolute(locations.config)
    locations.stateDirectory = Self.absolute(locations.stateDirectory)
    return locations
  }

  private static func absolute(_ path: String) -> String {
    let directory = FilePath(FileManager.default.currentDirectoryPath)
    return directory.pushing(FilePath(path)).lexicallyNormalized().string
  }
}

/// Where configuration and state are.
public struct LocationOptions: ParsableArguments {
  /// `--config`
  @Option(help: ArgumentHelp("The configuration file; jobs.d lies beside it.", valueName: "path"))
  public var config: String?

  /// `--state-dir` and `--user`
  @OptionGroup public var state: StateOptions

  /// Creates options that nobody has given.
  public init() {}

  /// Refuses a path that is none.
  public func validate() throws {
    if config?.isEmpty == true { throw ValidationError("--config needs a path") }
  }

  /// The places that options, environment and the caller's identity add up to.
  public var locations: Locations { state.locations(config: config) }
}
