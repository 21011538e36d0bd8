import Ctx7Documents
import Ctx7Jobs
import Ctx7Model
import Foundation
import Glibc
import TestSupport
import Testing

/// Two hundred workspaces of five hundred documents of eight chunks, on Weaviate.
@Suite struct BigRunTests {
  /// The whole of it with `CTX7_PROVE=1`; a hundredth of it otherwise.
  static let isWhole = ProcessInfo.processInfo.environment["CTX7_PROVE"] == "1"
  static let workspaces = isWhole ? 200 : 20
  static let documents = isWhole ? 500 : 50

  /// Eight chunks of a document, different for each.
  static func text(_ path: String) -> String {
    (0..<8).map { part in
      "## Part \(part) of \(path)\n\n" + String(repeating: "Words about \(path), part \(part). ", count: 30)
    }.joined(separator: "\n\n")
  }

  @Test func `a big library is refreshed and cleaned up with a bounded number of requests`() async throws {
    let weaviate = FakeWeaviate()
    try await Stage.withWeaviate(weaviate, source: { .init(200, Self.text($0.path)) }) { stage, server in
      let count = Self.workspaces * Self.documents
      try stage.trackMany(server.address, workspaces: Self.workspaces, documents: Self.documents)
      stage.parameters.maxConcurrentWorkspaceJobs = 10
      stage.lines.keepsNothing()
      let refreshed = try await stage.refresh()
      #expect(refreshed.failure == nil)
      #expect(refreshed.recordsProcessed == count)
      #expect(server.mostAtOnce <= 10)
      // One for the text, one for the chunks, one for what was there before; a tenant each, and the class.
      #expect(server.counted <= count * 3 + Self.workspaces + 10)
      #expect(weaviate.objects("t0-docs").count == Self.documents * 8)

      stage.now = stage.now.adding(days: 89)
      let cleaned = try await stage.clean(CleanupParameters(batchSize: 500, maxConcurrentWorkspaceJobs: 10))
      #expect(cleaned.failure == nil)
      #expect(cleaned.recordsProcessed == count)
      #expect(cleaned.result["summary"]?["total_deleted_chunks"]?.integer == count * 8)
      #expect(weaviate.objects("t0-docs").isEmpty)
    }
  }
}
