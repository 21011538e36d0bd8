internal import Ctx7Model

extension MappingReader {
  /// The `parameters` of a command job; nil, with an error reported, where they are not usable.
  func commandParameters() -> CommandParameters? {
    let argv = commandLine("argv")
    let environment = texts("environment") ?? [:]
    let directory = string("working_directory")
    let loosened = choices("loosen", among: SandboxKey.allCases) ?? []
    let writablePaths = strings("read_write_paths") ?? []
    for name in environment.keys.sorted() where !Self.isVariable(name) {
      diagnostics.error(
        position(of: "environment"),
        "environment: '\(name)' is no name of a variable: letters, digits and '_', beginning with no digit")
    }
    if let directory, !directory.hasPrefix("/") {
      diagnostics.error(
        position(of: "working_directory"), "working_directory: '\(directory)' is not absolute")
    }
    for path in writablePaths {
      guard let problem = WritablePath(path).problem else { continue }
      diagnostics.error(position(of: "read_write_paths"), "read_write_paths: '\(path)' \(problem)")
    }
    guard let argv, !argv.isEmpty else {
      if argv != nil || !has("argv") {
        diagnostics.error(
          position(of: "argv"), "argv is the program and its arguments, for example [/usr/bin/true]")
      }
      return nil
    }
    return CommandParameters(
      argv: argv, environment: environment, workingDirectory: directory, loosened: Set(loosened),
      writablePaths: writablePaths)
  }

  private static func isVariable(_ name: String) -> Bool {
    let bytes = name.utf8
    guard let first = bytes.first, !first.isASCIIDigit else { return false }
    return bytes.allSatisfy { byte in
      byte.isASCIIAlphanumeric || byte == 0x5F
    }
  }
}
