/// Parameters of a `command` job.
public struct CommandParameters: Hashable, Sendable {
  /// The program and its arguments; no shell reads them.
  public var argv: [String]
  /// Variables besides those of the unit.
  public var environment: [String: String]
  /// Where the program starts, absolute; nil is where the executor is.
  public var workingDirectory: String?
  /// What its unit's sandbox goes without.
  public var loosened: Set<SandboxKey>
  /// Folders and files that it may write to besides the state directory, absolute.
  public var writablePaths: [String]

  /// Creates parameters.
  public init(
    argv: [String], environment: [String: String] = [:], workingDirectory: String? = nil,
    loosened: Set<SandboxKey> = [], writablePaths: [String] = []
  ) {
    self.argv = argv
    self.environment = environment
    self.workingDirectory = workingDirectory
    self.loosened = loosened
    self.writablePaths = writablePaths
  }

  var json: JSONValue {
    [
      "argv": .array(argv.map { .string($0) }),
      "environment": .object(
        environment.sorted { $0.key < $1.key }.map { JSONValue.Member($0.key, .string($0.value)) }),
      "working_directory": JSONValue(workingDirectory),
      "loosen": .array(loosened.map(\.rawValue).sorted().map { .string($0) }),
      "read_write_paths": .array(writablePaths.map { .string($0) }),
    ]
  }

  init(json: JSONValue) throws(StoredConfigError) {
    self.init(
      argv: try json.required("argv") { $0.array?.compactMap(\.string) },
      environment: try json.required("environment") { value in
        guard case .object(let members) = value else { return nil }
        return Dictionary(
          members.compactMap { member in member.value.string.map { (member.name, $0) } },
          uniquingKeysWith: { _, last in last })
      },
      workingDirectory: try json.optional("working_directory", \.string),
      loosened: Set(
        try json.required("loosen") { value in
          value.array?.compactMap { $0.string.flatMap(SandboxKey.init(rawValue:)) }
        }),
      writablePaths: try json.required("read_write_paths") { $0.array?.compactMap(\.string) })
  }
}
