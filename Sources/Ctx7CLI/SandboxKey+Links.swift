public import Ctx7Model
internal import Glibc

extension SandboxKey {
  /// The key that hides a path from the system's units, be it by its own name or by where links lead; the folder counts
  /// where the file is not there.
  ///
  /// - Parameter path: absolute.
  public static func hidingFollowed(_ path: String) -> SandboxKey? {
    let folder = String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
    return hiding(path) ?? (resolved(path) ?? resolved(folder)).flatMap(hiding)
  }

  private static func resolved(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
  }
}
