import Ctx7Config
import Ctx7Model

/// Loads a configuration from text.
func load(
  _ main: String?, jobs: [String] = [], environment: [String: String] = [:],
  hasZone: (String) -> Bool = { _ in true }
) -> LoadedConfiguration {
  load(bytes: main.map { Array($0.utf8) }, jobs: jobs, environment: environment, hasZone: hasZone)
}

/// Loads a configuration from any bytes.
func load(
  bytes main: [UInt8]?, jobs: [String] = [], environment: [String: String] = [:],
  hasZone: (String) -> Bool = { _ in true }
) -> LoadedConfiguration {
  Configuration.load(
    main: main.map { ConfigFile(path: "ctx7.yaml", bytes: $0) },
    jobs: jobs.enumerated().map { ConfigFile(path: "jobs.d/\($0).yaml", bytes: Array($1.utf8)) },
    environment: environment, hasZone: hasZone)
}

extension LoadedConfiguration {
  /// All there is to say, a line each.
  var lines: [String] { diagnostics.map(\.description) }

  /// A job by its id.
  func job(_ id: String) -> JobConfig? {
    configuration?.jobs.first { $0.id.rawValue == id }
  }
}
