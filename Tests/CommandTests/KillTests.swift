import Ctx7Model
import Foundation
import TestSupport
import Testing

/// A refresh that is killed at any of its writes leaves the old document or the new one, and the next one finishes.
@Suite struct KillTests {
  @Test func `kill -9 before every single write leaves old or new, never neither`() async throws {
    try await Workbench.with(eager) { bench in
      let library = try await Preload.compile("killpoint", into: bench.directory)
      let source = bench.directory + "/widgets.md"
      try write(longText("old"), to: source)
      _ = try await bench.track(source)
      _ = try await bench.refresh()
      let old = try await text(bench)
      try write(longText("new"), to: source)
      _ = try await bench.track(source)
      let template = bench.directory + "/template"
      try FileManager.default.moveItem(atPath: bench.state, toPath: template)

      func start(_ environment: [String: String]) async throws -> Program.Ended {
        try? FileManager.default.removeItem(atPath: bench.state)
        try FileManager.default.copyItem(atPath: template, toPath: bench.state)
        return try await bench.refresh(environment: environment.merging(["LD_PRELOAD": library]) { $1 })
      }
      let counted = try await start(["KILLPOINT_COUNT": bench.directory + "/count"])
      try #require(counted.status == 0, "\(counted.error)")
      let new = try await text(bench)
      try #require(new != old && new.count > 3 && old.count > 3)
      let count = try #require(
        Int(try String(contentsOfFile: bench.directory + "/count", encoding: .utf8).filter(\.isNumber)))
      try #require(count > 10)

      var left: Set<[String]> = []
      for point in 1...count {
        let killed = try await start(["KILLPOINT": "\(point)"])
        // The order of the last writes is not the same in each run.
        guard killed.status == -9 else {
          #expect(killed.status == 0, "at write \(point)")
          continue
        }
        let found = try await text(bench)
        #expect(found == old || found == new, "killed at write \(point)")
        left.insert(found)
        let next = try await bench.refresh()
        #expect(next.status == 0, "after a kill at write \(point): \(next.error)")
        #expect(try await text(bench) == new, "after a kill at write \(point)")
        #expect(try await bench.history().allSatisfy { $0["status"] != "running" })
      }
      #expect(left == [old, new])
    }
  }

  /// The chunks of the only document.
  private func text(_ bench: Workbench) async throws -> [String] {
    let list = try await bench.run("ctx7ctl", "documents", "list", "--json")
    let id = try #require(
      try JSONValue(parsing: list.output).array?.first?["content_id"]?.string, "\(list.error)")
    let shown = try await bench.run("ctx7ctl", "documents", "show", id, "--text", "--json")
    return try JSONValue(parsing: shown.output).array?.compactMap(\.string) ?? []
  }
}
