public import Ctx7Config
internal import Ctx7Model

extension Configuration {
  /// Reads and checks the configuration of these places; prints what there is to say about it.
  ///
  /// - Throws: `Failure` with the number of errors.
  public static func read(_ locations: Locations, environment: [String: String]) throws(Failure)
    -> Configuration
  {
    try loaded(locations, environment: environment).announced()
  }

  /// The same without printing.
  ///
  /// - Parameter checkingZones: whether a time zone that this host does not have is an error.
  public static func loaded(
    _ locations: Locations, environment: [String: String], checkingZones: Bool = false
  ) -> LoadedConfiguration {
    let files = ConfigFiles(main: locations.config, mustExist: locations.configIsNamed)
    return load(files, environment: environment, hostZone: HostZones.hostName) {
      !checkingZones || HostZones.read($0) != nil
    }
  }
}

extension LoadedConfiguration {
  /// The configuration; prints what there is to say about it.
  ///
  /// - Throws: `Failure` with the number of errors.
  public func announced() throws(Failure) -> Configuration {
    for diagnostic in diagnostics { Console.standardError(diagnostic.description) }
    guard let configuration else {
      let errors = diagnostics.count { $0.severity == .error }
      throw Failure(.badConfig, "\(errors.counted("error")) in the configuration")
    }
    return configuration
  }
}
