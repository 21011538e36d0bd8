import ArgumentParser
import Ctx7CLI
import Ctx7Database
import Ctx7Documents
import Ctx7History
import Foundation

struct Databases: Command {
  static let configuration = CommandConfiguration(
    commandName: "db", abstract: "Back up, check and shrink the databases.",
    subcommands: [DatabaseBackup.self, DatabaseCheck.self, DatabasePrune.self])
}

extension Locations {
  /// The databases that are there.
  func databases(_ access: DatabaseFile.Access) throws(StorageError) -> [DatabaseFile] {
    var files = [try openHistory(access)]
    do throws(StorageError) { files.append(try openDocuments(access)) } catch .missing {}
    return files
  }

  func openHistory(_ access: DatabaseFile.Access) throws(StorageError) -> DatabaseFile {
    try HistoryStore(path: historyFile, access: access).file
  }

  func openDocuments(_ access: DatabaseFile.Access) throws(StorageError) -> DatabaseFile {
    try DocumentStore(path: documentsFile, access: access).file
  }
}
