public import Ctx7Model
internal import Yams

/// The configuration of a host: complete and checked.
public struct Configuration: Hashable, Sendable {
  /// What holds for all jobs.
  public var host: HostSettings
  /// By id.
  public var jobs: [JobConfig]
  /// Where each job is configured; built-in ones are not in it.
  public var origins: [JobID: SourcePosition]

  /// Creates a configuration of values that are known to be right.
  public init(host: HostSettings, jobs: [JobConfig], origins: [JobID: SourcePosition]) {
    self.host = host
    self.jobs = jobs
    self.origins = origins
  }
}

/// What loading has come to.
public struct LoadedConfiguration: Sendable {
  /// nil when there is any error.
  public let configuration: Configuration?
  /// All there is to say, by position.
  public let diagnostics: [Diagnostic]
}

extension Configuration {
  private static let maximumJobs = 10_000

  /// Makes a configuration from files and environment.
  ///
  /// What is given more than once is taken from the environment, then from `jobs.d`, then from the main file, then
  /// from what is built in. Job parameters that are not given are those of `context7_config`.
  ///
  /// - Parameters:
  ///   - hostZone: the time zone of schedules that name none; nil leaves them without.
  ///   - hasZone: whether the host has a time zone of a name; one that it has not is an error.
  public static func load(
    _ files: ConfigFiles, environment: [String: String], hostZone: String? = nil,
    hasZone: (String) -> Bool = { _ in true }
  ) -> LoadedConfiguration {
    load(
      main: files.main, jobs: files.jobs, problems: files.problems, environment: environment,
      hostZone: hostZone, hasZone: hasZone)
  }

  /// The same, from files in memory.
  ///
  /// - Parameter problems: what is known to be wrong already.
  public static func load(
    main: ConfigFile?, jobs jobFiles: [ConfigFile] = [], problems: [Diagnostic] = [],
    environment: [String: String], hostZone: String? = nil, hasZone: (String) -> Bool = { _ in true }
  ) -> LoadedConfiguration {
    let diagnostics = Diagnostics(problems)
    var host = WrittenHost()
    var context7 = (cleanup: WrittenParameters(), refresh: WrittenParameters())
    var written: [WrittenJob] = []
    if let main, let root = root(of: main, diagnostics) {
      host = root.host()
      if let section = root.mapping("context7_config") {
        context7 = section.context7Config()
        section.finish()
      }
      written = jobs(in: root)
      root.finish()
    }
    for file in jobFiles {
      guard let root = root(of: file, diagnostics) else { continue }
      if root.has("job_id") {
        written += [WrittenJob(root)].compactMap { $0 }
      } else {
        written += jobs(in: root)
        root.finish()
      }
    }
    let environment = EnvironmentReader(environment, diagnostics)
    environment.apply(to: &host)
    environment.apply(to: &host.settings.services)
    host.contradictions.report(in: host.settings.services, diagnostics)
    let overrides = environment.parameters()
    environment.finish()

    let resolver = JobResolver(host: host, context7: context7, overrides: overrides, diagnostics: diagnostics)
    var jobs = resolver.resolve(written)
    if jobs.count > maximumJobs {
      diagnostics.error(written[maximumJobs].position, "more than \(maximumJobs) jobs")
    }
    diagnostics.refuseZones(hasZone)
    // A timer keeps the zone it was made in, whatever the host's is by then; so must what judges its firings.
    for index in jobs.indices where jobs[index].schedule.timeZone == nil {
      jobs[index].schedule.timeZone = hostZone
    }
    let configuration = Configuration(
      host: host.settings, jobs: jobs.sorted { $0.id < $1.id },
      origins: Dictionary(written.map { ($0.id, $0.position) }, uniquingKeysWith: { first, _ in first }))
    return LoadedConfiguration(
      configuration: diagnostics.hasErrors ? nil : configuration, diagnostics: diagnostics.sorted)
  }

  private static func root(of file: ConfigFile, _ diagnostics: Diagnostics) -> MappingReader? {
    guard let document = YAMLDocument(file, diagnostics), let root = document.root else { return nil }
    // A file of comments alone is an empty document: nothing is given in it.
    if root.null != nil { return nil }
    return MappingReader(
      root, what: "a configuration file", file: file.path, diagnostics,
      advice: { $0.sequence == nil ? "" : "; put the list below 'jobs:'" })
  }

  private static func jobs(in root: MappingReader) -> [WrittenJob] {
    root.mappings("jobs")?.compactMap(WrittenJob.init) ?? []
  }
}
