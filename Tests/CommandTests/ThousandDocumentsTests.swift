import Ctx7CLI
import Ctx7Database
import Ctx7Documents
import Ctx7Model
import Foundation
import TestSupport
import Testing

/// A refresh of the size that a host meets: all of it arrives, with no more requests at once and no more memory
/// than promised.
@Suite struct ThousandDocumentsTests {
  private static let workspaces = 10
  private static let documents = 1000

  @Test func `a thousand documents arrive whole, a few at a time, in bounded memory`() async throws {
    let config = """
      fetch: {allow_private_hosts: true}
      jobs:
        - job_id: weekly-document-refresh
          parameters: {rate_limit_delay_seconds: 0, max_concurrent_workspace_jobs: 3}
      """
    try await Workbench.with(config) { bench in
      try await LoopbackServer.with({ request in
        LoopbackServer.Response(200, Self.text(String(request.path.dropFirst())), delay: .milliseconds(20))
      }) { server in
        try FileManager.default.createDirectory(atPath: bench.state, withIntermediateDirectories: true)
        try track(server, bench)
        let ended = try await bench.refresh("--json")
        try #require(ended.status == 0, "\(ended.error.suffix(2000))")

        let execution = try #require(try JSONValue(parsing: ended.output)["execution"])
        #expect(execution["records_processed"]?.integer == Self.documents)
        #expect(execution["records_failed"]?.integer == 0)
        #expect(try #require(execution["memory_usage_mb"]?.number) < 150)
        #expect(server.requests.count == Self.documents)
        #expect(server.mostAtOnce == 3)
        try expectWholeDocuments(bench)
      }
    }
  }

  private func track(_ server: LoopbackServer, _ bench: Workbench) throws {
    let store = try DocumentStore(path: bench.state + "/documents.sqlite")
    for document in 0..<Self.documents {
      let name = "library-\(document % Self.workspaces)"
      _ = try store.track(
        SourceLocation("\(server.address)/\(document)"), technology: name,
        in: try #require(WorkspaceName(rawValue: name)), expiresAt: .now, now: .now)
    }
  }

  /// Every paragraph of every document is in one of its chunks.
  private func expectWholeDocuments(_ bench: Workbench) throws {
    let store = try DocumentStore(path: bench.state + "/documents.sqlite", access: .readOnly)
    let documents = try store.documents()
    #expect(documents.count == Self.documents)
    for document in documents {
      let name = try #require(document.source.description.split(separator: "/").last)
      let chunks = try store.chunks(of: document.id)
      #expect(chunks.count == document.content?.chunkCount)
      let missing = Self.paragraphs(String(name)).filter { paragraph in
        !chunks.contains { $0.contains(paragraph) }
      }
      #expect(missing.isEmpty, "document \(name)")
    }
  }

  private static func text(_ name: String) -> String {
    "# Document \(name)\n\n" + paragraphs(name).joined(separator: "\n\n") + "\n"
  }

  private static func paragraphs(_ name: String) -> [String] {
    (1...30).map { "Paragraph \($0) of \(name). " + String(repeating: "It says what it says. ", count: 10) }
      .map { String($0.dropLast()) }
  }
}
