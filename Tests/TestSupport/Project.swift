internal import Foundation

/// The checkout that the tests were built from.
public enum Project {
  /// Its path, without a slash at the end.
  public static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().path

  /// A program that `make test` has fetched, as nothing that it installs may start a server.
  public static let promtool = root + "/.build/promtool"
}
