import Ctx7Model
import Foundation
import TestSupport
import Testing

/// What `ctx7ctl --json` prints has the keys that the JSON section of ctx7ctl(1) promises, all of them and no others.
struct JSONShapeTests {
  private let config = """
    jobs:
      - job_id: weekly-document-refresh
        parameters: {skip_recent_updates: false, rate_limit_delay_seconds: 0}
      - {job_id: tidy, job_type: maintenance, schedule: {schedule_type: cron, cron_expression: "0 3 * * *"}}
      - job_id: broken
        job_type: command
        parameters: {argv: [/bin/false]}
        retry_config: {max_retries: 0}
        schedule: {schedule_type: interval, interval_seconds: 3600}
    """

  @Test func `every verb prints the keys that the manual page promises`() async throws {
    let promised = try Self.promisedShapes()
    try await Workbench.with(config) { bench in
      let document = try await bench.fill()
      let execution = try #require(try await bench.history().first?["execution_id"]?.string)
      let shapes: [(shape: String, verb: [String], extra: Set<String>)] = [
        ("execution", ["history"], []), ("execution", ["show", execution], ["attempts", "log"]),
        ("job", ["status"], []), ("metrics", ["metrics", "broken"], []), ("health", ["health"], []),
        ("dead letter", ["dlq", "list"], []), ("dead letter", ["dlq", "show", "1"], []),
        ("alert", ["alerts", "list"], []), ("document", ["documents", "list"], []),
        ("document", ["documents", "show", document], []),
        ("factors", ["documents", "explain", document], []), ("hit", ["documents", "search", "widgets"], []),
        ("workspace", ["documents", "workspaces"], []), ("finding", ["db", "check"], []),
        ("deletion", ["db", "prune"], []), ("message", ["disable", "tidy"], []),
        ("message", ["enable", "tidy"], []), ("message", ["cancel", "tidy"], []),
        ("message", ["dlq", "purge", "--all"], []), ("message", ["documents", "remove", document], []),
      ]
      for (shape, verb, extra) in shapes {
        let ended = try await Program.run("ctx7ctl", verb + ["--json"], environment: bench.environment)
        let json = try? JSONValue(parsing: ended.output)
        let object = try #require(json?.array == nil ? json : json?.array?.first, "\(verb): \(ended.error)")
        let keys = Set(object.names)
        #expect(keys == promised[shape]?.union(extra), "\(verb.joined(separator: " "))")
      }
      #expect(Set(promised.keys) == Set(shapes.map(\.shape)))
    }
  }

  /// By the names of the JSON section's items.
  private static func promisedShapes() throws -> [String: Set<String>] {
    let page = try String(
      contentsOfFile: Project.root + "/man/ctx7ctl.1", encoding: .utf8)
    let section = try #require(
      page.components(separatedBy: ".Sh JSON\n").last?.components(separatedBy: ".Sh ").first)
    var shapes: [String: Set<String>] = [:]
    for item in section.components(separatedBy: ".It ").dropFirst() {
      let lines = item.components(separatedBy: "\n")
      // Keys of members of a shape are named within sentences, which have one to a line.
      let keys = lines.filter { $0.hasPrefix(".Va ") && !$0.hasSuffix(" ;") && $0 != ".Va attempts" }
      shapes[lines[0]] = Set(
        keys.flatMap { $0.dropFirst(4).components(separatedBy: " ") }.filter { $0 != "," && $0 != "." })
    }
    return shapes
  }
}

extension Workbench {
  /// Something of everything: executions, a dead letter with its alert, a document that was fetched.
  ///
  /// - Returns: the id of the document.
  fileprivate func fill() async throws -> String {
    try write("# Widgets\n\nAll about widgets.\n", to: directory + "/widgets.md")
    let home = ["XDG_CONFIG_HOME": directory]
    #expect(try await run("ctx7-units", "generate", "--user", environment: home).status == 0)
    let added = try await run(
      "ctx7ctl", "documents", "add", "file://\(directory)/widgets.md", "--technology", "widgets", "--json")
    for job in ["weekly-document-refresh", "tidy", "broken"] {
      let ended = try await run("ctx7-job-exec", "--job", job)
      #expect((ended.status == 0) == (job != "broken"), "\(ended.error)")
    }
    return try #require(try JSONValue(parsing: added.output)["content_id"]?.string)
  }
}

extension JSONValue {
  /// The names of an object's members.
  fileprivate var names: [String] {
    guard case .object(let members) = self else { return [] }
    return members.map(\.name)
  }
}
