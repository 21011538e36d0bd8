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

  /// Keeps the newest copies, and nothing of those that were cut off.
  private func rotate(_ name: String) throws {
    let files = try FileManager.default.contentsOfDirectory(atPath: directory)
      .filter { $0.hasPrefix("\(name)-") }.sorted()
    let surplus = files.filter { $0.hasSuffix(".sqlite") }.dropLast(keep)
    for file in surplus + files.filter({ $0.hasSuffix(".sqlite.partial") }) {
      try FileManager.default.removeItem(atPath: "\(directory)/\(file)")
    }
  }
}
