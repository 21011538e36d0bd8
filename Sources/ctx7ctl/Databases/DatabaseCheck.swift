import ArgumentParser
import Ctx7CLI
import Ctx7Database
import Ctx7Model

struct DatabaseCheck: Command {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Read the databases through and check them.",
    discussion: "Exits with 74 when one is damaged.")

  @Flag(help: "Print JSON: an array of databases with their state.")
  var json = false

  @OptionGroup var location: LocationOptions

  func run() async throws {
    var findings: [(name: String, path: String, state: String, detail: String)] = []
    for (name, file) in try location.locations.databases(.readOnly) {
      do {
        try file.quickCheck()
        findings.append((name, file.path, "ok", ""))
      } catch {
        findings.append((name, file.path, "damaged", "\(error)"))
      }
    }
    if json {
      let rows = findings.map { finding -> JSONValue in
        [
          "database": .string(finding.name), "path": .string(finding.path), "state": .string(finding.state),
          "detail": .string(finding.detail),
        ]
      }
      Console.standardOutput(JSONValue.array(rows).pretty)
    } else {
      var table = Table("DATABASE", "STATE", "PATH", "DETAIL")
      for finding in findings { table.add(finding.name, finding.state, finding.path, finding.detail) }
      table.print(otherwise: "")
    }
    if findings.contains(where: { $0.state != "ok" }) { throw ExitCode(ExitStatus.ioError.rawValue) }
  }
}
