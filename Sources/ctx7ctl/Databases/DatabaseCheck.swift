import ArgumentParser
import Ctx7CLI
import Ctx7Database
import Ctx7Model
import Foundation

struct DatabaseCheck: Command {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Read the databases through and check them.",
    discussion: "Exits with 74 when one is damaged.")

  @Flag(help: "Print JSON: an array of databases with their state.")
  var json = false

  @OptionGroup var location: LocationOptions

  func run() async throws {
    let findings = try findings(location.locations)
    if json {
      let rows = findings.map { finding -> JSONValue in
        [
          "database": .string(finding.name), "path": .string(finding.path), "state": .string(finding.state),
          "detail": .string(finding.detail),
        ]
      }
      Console.standardOutput(array: rows)
    } else {
      var table = Table("DATABASE", "STATE", "PATH", "DETAIL")
      for finding in findings { table.add(finding.name, finding.state, finding.path, finding.detail) }
      table.print(otherwise: "")
    }
    let damaged = findings.filter { $0.state != "ok" }.map(\.path)
    guard damaged.isEmpty else {
      throw Failure(
        .ioError, "damaged: \(damaged.joined(separator: ", "))",
        hint:
          "restore a copy that \(location.locations.scope.command("ctx7ctl db backup")) made, as ctx7(7) says under "
          + "BACKUP, or move it away to start anew"
      )
    }
  }

  private func findings(_ locations: Locations) throws(StorageError) -> [Finding] {
    var findings = [try Finding("jobs", locations.historyFile, open: locations.openHistory)]
    do throws(StorageError) {
      findings.append(try Finding("documents", locations.documentsFile, open: locations.openDocuments))
    } catch .missing {}
    return findings
  }

  /// What was found in one database.
  private struct Finding {
    let name: String
    let path: String
    let state: String
    let detail: String

    /// Opens the database, and reads it through.
    ///
    /// - Throws: `StorageError` when that cannot be judged: no file, no permission, no room, another version's file.
    init(
      _ name: String, _ path: String,
      open: (DatabaseFile.Access) throws(StorageError) -> DatabaseFile
    ) throws(StorageError) {
      self.name = name
      self.path = path
      do throws(StorageError) {
        try open(.readOnly).quickCheck()
        (state, detail) = ("ok", "")
      } catch {
        guard case .damaged = error else { throw error }
        (state, detail) = ("damaged", "\(error)")
      }
    }
  }
}
