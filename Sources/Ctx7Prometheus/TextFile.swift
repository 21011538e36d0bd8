public import Ctx7Model
internal import Foundation

/// The file that node_exporter's textfile collector reads.
public struct TextFile: Sendable {
  private let path: String

  /// Names the file; nothing is touched.
  public init(path: String) {
    self.path = path
  }

  /// The file could not be written.
  public struct Unwritable: Error, ClassifiedError, CustomStringConvertible {
    /// The text for people.
    public let description: String

    /// The class by which exit statuses are decided.
    public var errorClass: ErrorClass { .database }
  }

  /// Replaces the file at once: a collector reads the old text or the new one, never a part.
  ///
  /// Everybody may read it, since the collector is another user. It survives no power loss: the next execution writes
  /// it again.
  public func write(_ text: String) throws(Unwritable) {
    // The collector takes *.prom only, so that it never reads this one.
    let temporary = "\(path).\(getpid()).tmp"
    guard FileManager.default.createFile(atPath: temporary, contents: Data(text.utf8)),
      chmod(temporary, 0o644) == 0, rename(temporary, path) == 0
    else {
      let reason = String(cString: strerror(errno))
      unlink(temporary)
      throw Unwritable(description: "\(path): \(reason)")
    }
  }
}
