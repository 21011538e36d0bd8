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
    let copy = "\(name)-\(time).sqlite"
    let path = "\(directory)/\(copy)"
    try file.backUp(to: path)
    try rotate(name, newest: copy)
    return path
  }

  /// Keeps the newest copies, and nothing of those that were cut off.
  private func rotate(_ name: String, newest: String) throws {
    let files = try FileManager.default.contentsOfDirectory(atPath: directory)
      .filter { Self.isCopy($0, of: name) }.sorted()
    let copies = files.filter { $0.hasSuffix(".sqlite") }
    // Those of a later time than the newest are of a clock that went ahead, and go first.
    let oldestFirst = copies.filter { $0 > newest } + copies.filter { $0 <= newest }
    for file in oldestFirst.dropLast(keep) + files.filter({ $0.hasSuffix(".sqlite.partial") }) {
      try FileManager.default.removeItem(atPath: "\(directory)/\(file)")
    }
  }

  /// What else lies there, a copy that an operator has put aside for instance, is neither counted nor touched.
  private static func isCopy(_ file: String, of name: String) -> Bool {
    guard file.hasPrefix("\(name)-") else { return false }
    let time = file.dropFirst(name.count + 1).prefix { $0 != "." }
    return time.first?.isNumber == true && time.allSatisfy { $0.isNumber || $0 == "T" || $0 == "Z" }
  }
}
