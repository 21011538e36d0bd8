import Ctx7Config
import Ctx7Model
import Ctx7Units
import Foundation
import TestSupport
import Testing

/// `Cases/NAME/config.yaml` and the units that it asks for in `Cases/NAME/expected`. `RECORD=1` writes them anew.
///
/// The hash of a job, which changes with every setting there is, stands as HASH in the cases.
@Suite struct GoldenTests {
  static let folder = Project.root + "/Tests/Ctx7UnitsTests/Cases"
  static let cases = (try? FileManager.default.contentsOfDirectory(atPath: folder))?.sorted() ?? []

  @Test(arguments: cases) func `a configuration asks for exactly these units`(name: String) throws {
    let expected = "\(Self.folder)/\(name)/expected"
    let files = try plan(name).files
    if ProcessInfo.processInfo.environment["RECORD"] == "1" {
      try? FileManager.default.removeItem(atPath: expected)
      for file in files { try write(text(of: file), to: "\(expected)/\(file.name)") }
      Issue.record("recorded \(files.count) units of \(name)")
      return
    }
    let names = try FileManager.default.contentsOfDirectory(atPath: expected)
    #expect(files.map(\.name).sorted() == names.sorted())
    for file in files {
      #expect(try String(contentsOfFile: "\(expected)/\(file.name)", encoding: .utf8) == text(of: file))
    }
  }

  @Test(arguments: cases) func `systemd accepts the units without a word`(name: String) async throws {
    let verified = try await Machineless.verify(folder: "\(Self.folder)/\(name)/expected")
    #expect(verified.status == 0)
    #expect(verified.error == "")
  }

  @Test(arguments: cases) func `systemd knows every calendar line`(name: String) async throws {
    let lines = try plan(name).pairs.flatMap { pair in
      pair.timer.text.split(separator: "\n").filter { $0.hasPrefix("OnCalendar=") }.map {
        String($0.dropFirst(11))
      }
    }
    guard !lines.isEmpty else { return #expect(name == "never", "every case has a calendar line") }
    let calendar = try await Program.run("systemd-analyze", ["calendar"] + lines)
    #expect(calendar.status == 0, "\(calendar.error)")
  }

  @Test func `no service is more exposed than 1.5`() async throws {
    for file in try plan("built-in").files where file.name.hasSuffix(".service") {
      try await withTemporaryDirectory { directory in
        try write(file.text, to: "\(directory)/\(file.name)")
        let security = try await Program.run(
          "systemd-analyze",
          ["security", "--offline=yes", "--threshold=15", "--no-pager", "\(directory)/\(file.name)"])
        #expect(security.status == 0, "\(security.output)")
      }
    }
  }

  private func text(of file: UnitFile) -> String {
    file.text.replacingOccurrences(
      of: "--config-hash [0-9a-f]{16}", with: "--config-hash HASH", options: .regularExpression)
  }

  private func plan(_ name: String) throws -> UnitPlan {
    let path = "\(Self.folder)/\(name)/config.yaml"
    let file = ConfigFile(
      path: "/etc/ctx7/ctx7.yaml", bytes: Array(try Data(contentsOf: URL(fileURLWithPath: path))))
    let loaded = Configuration.load(main: file, environment: [:])
    #expect(loaded.diagnostics.isEmpty)
    return UnitPlan(try #require(loaded.configuration), target)
  }
}

/// Debian 12, the system's manager, a fixed day.
let target = UnitTarget(
  scope: .system, systemdVersion: 252, programDirectory: "/usr/bin", stateDirectory: "/var/lib/ctx7",
  stateDirectoryIsDefault: true, configPath: "/etc/ctx7/ctx7.yaml", hostZone: .utc,
  zones: Dictionary(
    uniqueKeysWithValues: ["Europe/Berlin", "America/New_York"].compactMap { name in
      FileManager.default.contents(atPath: "/usr/share/zoneinfo/\(name)")
        .flatMap { ZoneRules(name: name, tzif: Array($0)) }.map { (name, $0) }
    }),
  now: Timestamp(seconds: 1_790_000_000))

/// What systemd says of units without a manager running.
enum Machineless {
  /// Verifies all units of a folder, with /bin/true in the place of a program that is not installed here.
  static func verify(folder: String) async throws -> Program.Ended {
    try await withTemporaryDirectory { directory in
      var paths: [String] = []
      for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
        let text = try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
        try write(text.replacing("/usr/bin/ctx7-job-exec", with: "/bin/true"), to: "\(directory)/\(name)")
        paths.append("\(directory)/\(name)")
      }
      return try await Program.run("systemd-analyze", ["verify", "--man=no"] + paths)
    }
  }
}
