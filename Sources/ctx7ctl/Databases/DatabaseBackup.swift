import ArgumentParser
import Ctx7CLI
import Ctx7Database
import Ctx7Model
import Foundation

struct DatabaseBackup: Command {
  static let configuration = CommandConfiguration(
    commandName: "backup",
    abstract: "Copy the databases into a folder, each at one point in time, while jobs run.",
    discussion: "How a copy is put back: man 7 ctx7, BACKUP.")

  @Argument(help: ArgumentHelp("The folder; made where it is missing.", valueName: "folder"))
  var folder: String

  @Flag(help: "Print JSON: an array of the files.")
  var json = false

  @OptionGroup var location: LocationOptions

  func run() async throws {
    let databases = try location.locations.databases(.readOnly)
    let targets = databases.map {
      (file: $0, path: "\(folder)/\(($0.path as NSString).lastPathComponent)")
    }
    if let taken = targets.first(where: { FileManager.default.fileExists(atPath: $0.path) }) {
      throw Failure(
        .usage, "\(taken.path) is there already", hint: "name a new folder, with the date for instance")
    }
    do {
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      throw Failure(.ioError, "\(folder) cannot be made: \(error.systemReason)")
    }
    for target in targets { try target.file.backUp(to: target.path) }
    guard !json else {
      return Console.standardOutput(array: targets.lazy.map { .string($0.path) })
    }
    for target in targets { Console.standardOutput("\(target.file.path) is copied to \(target.path)") }
  }
}
