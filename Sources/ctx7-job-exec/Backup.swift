import Ctx7Database
import Ctx7Model
import Foundation

/// Copies of the databases, the newest so many of each.
struct Backup {
  let directory: String
  let keep: Int

  /// Copies a database, then deletes the copies that are too many.
  ///
  /// - Returns: the path of the copy.
  func make(of file: DatabaseFile, named name: String, at now: Timestamp) throws -> String {
    try FileManager.default.createDirectory(
      atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o750])
    // 2026-11-25T04:00:00.123Z without what file names had better not hold; names sort by time.
    let time = now.description.filter { $0.isLetter || $0.isNumber }
    let path = "\(directory)/\(name)-\(time).sqlite"
    try file.backUp(to: path)
    try rotate(name)
    return path
  }

  private func rotate(_ name: String) throws {
    let copies = try FileManager.default.contentsOfDirectory(atPath: directory)
      .filter { $0.hasPrefix("\(name)-") && $0.hasSuffix(".sqlite") }.sorted()
    for copy in copies.dropLast(keep) { try FileManager.default.removeItem(atPath: "\(directory)/\(copy)") }
  }
}
