public import Ctx7Config
internal import Ctx7Model

extension Configuration {
  /// Reads and checks the configuration of these places; prints what there is to say about it.
  ///
  /// - Throws: `Failure` with the number of errors.
  public static func read(_ locations: Locations, environment: [String: String]) throws(Failure)
    -> Configuration
  {
    let loaded = loaded(locations, environment: environment)
    for diagnostic in loaded.diagnostics { Console.standardError(diagnostic.description) }
    guard let configuration = loaded.configuration else {
      let errors = loaded.diagnostics.count { $0.severity == .error }
      throw Failure(.badConfig, "\(errors.counted("error")) in the configuration")
    }
    return configuration
  }

  /// The same without printing.
  public static func loaded(_ locations: Locations, environment: [String: String]) -> LoadedConfiguration {
    let files = ConfigFiles(main: locations.config, mustExist: locations.configIsNamed)
    return load(files, environment: environment)
  }
}
