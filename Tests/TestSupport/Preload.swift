/// A library of Tests/Machine that is laid over libc with `LD_PRELOAD`.
public enum Preload {
  /// Compiles one into a directory.
  ///
  /// - Returns: its path.
  public static func compile(_ name: String, into directory: String) async throws -> String {
    let library = "\(directory)/\(name).so"
    let compiled = try await Program.run(
      "cc", ["-shared", "-fPIC", "-o", library, "\(Project.root)/Tests/Machine/\(name).c", "-ldl"])
    guard compiled.status == 0 else { throw Machine.Failed(description: compiled.error) }
    return library
  }
}
