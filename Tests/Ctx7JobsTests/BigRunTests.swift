import Ctx7Database
import Ctx7Documents
import Ctx7Model
import Foundation
import GRDB
import TestSupport
import Testing

/// Two hundred workspaces of five hundred documents of eight chunks on Weaviate, worked on by the real program.
@Suite struct BigRunTests {
  /// The whole of it with `PROVE=1`, a thousandth of it otherwise; `BIG_RUN=20x100` is any other size.
  private static let size: (workspaces: Int, documents: Int) = {
    let environment = ProcessInfo.processInfo.environment
    let parts = environment["BIG_RUN"]?.split(separator: "x").compactMap { Int($0) } ?? []
    if parts.count == 2 { return (parts[0], parts[1]) }
    return Effort.isProof ? (200, 500) : (10, 10)
  }()

  /// Eight chunks of a document, different for each.
  private static func text(_ path: String) -> String {
    (0..<8).map { part in
      "## Part \(part) of \(path)\n\n" + String(repeating: "Words about \(path), part \(part). ", count: 30)
    }.joined(separator: "\n\n")
  }

  private static func configuration(_ server: LoopbackServer) -> String {
    """
    document_store: weaviate
    weaviate: {url: "\(server.address)"}
    fetch: {allow_private_hosts: true, retries: 0}
    context7_config: {rate_limit_delay_seconds: 0, max_concurrent_workspace_jobs: 10, ttl_cleanup_batch_size: 500}
    jobs:
      - {job_id: weekly-document-refresh, timeout_seconds: 86400}
      - {job_id: daily-ttl-cleanup, timeout_seconds: 86400}
    """
  }

  @Test func `a big library is refreshed and cleaned up in little memory, with as few requests as it takes`()
    async throws
  {
    let (workspaces, documents) = Self.size
    let count = workspaces * documents
    let weaviate = FakeWeaviate()
    try await withTemporaryDirectory { directory in
      try await LoopbackServer.with({
        $0.path.hasPrefix("/v1/") ? weaviate.answer($0) : .init(200, Self.text($0.path))
      }) { server in
        try write(Self.configuration(server), to: directory + "/ctx7.yaml")
        try write("", to: directory + "/state/locks/.keep")
        let rows = try DocumentStore(path: directory + "/state/documents.sqlite")
        try rows.trackMany(server.address, workspaces: workspaces, documents: documents)

        let refreshed = try await run("weekly-document-refresh", in: directory)
        #expect(refreshed["records_processed"]?.integer == count)
        #expect((refreshed["memory_usage_mb"]?.number ?? .infinity) < 200)
        #expect(server.mostAtOnce <= 10)
        // One for the text, one for the chunks, one for what was there before; a tenant each, asked for and made; and
        // the class.
        #expect(server.counted <= count * 3 + workspaces * 2 + 10)
        #expect(weaviate.objects("t0-docs").count == documents * 8)

        let before = server.counted
        try rows.file.write { try $0.execute(sql: "UPDATE documents SET expires_at = 0") }
        let cleaned = try await run("daily-ttl-cleanup", in: directory)
        #expect(cleaned["records_processed"]?.integer == count)
        #expect((cleaned["memory_usage_mb"]?.number ?? .infinity) < 200)
        #expect(cleaned["result"]?["summary"]?["total_deleted_chunks"]?.integer == count * 8)
        #expect(server.counted - before <= workspaces * (documents / 500 + 3) + 10)
        #expect(weaviate.objects("t0-docs").isEmpty)
        print("big run: \(count) documents; \(Self.words(refreshed)), then \(Self.words(cleaned))")
      }
    }
  }

  /// - Returns: the execution as the program prints it.
  private func run(_ job: String, in directory: String) async throws -> JSONValue {
    // Its log lines would be hundreds of megabytes. Not replaced by exec: the peak of a process includes that of the
    // one it was forked from (getrusage(2), ru_maxrss), and the server beside us grows.
    let ended = try await Program.run(
      "bash",
      ["-c", "\"$0\" --job \(job) --json 2>/dev/null; exit $?", "\(Program.directory)/ctx7-job-exec"],
      environment: ["CTX7_CONFIG": directory + "/ctx7.yaml", "CTX7_STATE_DIR": directory + "/state"])
    #expect(ended.status == 0)
    return try #require(JSONValue(parsing: ended.output)["execution"])
  }

  private static func words(_ execution: JSONValue) -> String {
    let seconds = execution["duration_seconds"]?.number?.description ?? "?"
    return "\(seconds) s, \(execution["memory_usage_mb"]?.number?.description ?? "?") MB"
  }
}

extension DocumentStore {
  /// Tracks many documents in one transaction.
  fileprivate func trackMany(_ address: String, workspaces: Int, documents: Int) throws {
    try file.write { database in
      for workspace in 0..<workspaces {
        let name = try #require(WorkspaceName(technology: "t\(workspace)"))
        try database.execute(
          sql: "INSERT INTO workspaces (name, technology, created_at) VALUES (?, ?, 0)",
          arguments: [name.rawValue, "t\(workspace)"])
        for number in 0..<documents {
          let source = try SourceLocation("\(address)/\(workspace)/\(number)")
          try database.execute(
            sql: """
              INSERT INTO documents (content_id, workspace, source_url, technology, title, created_at, updated_at,
                expires_at)
              VALUES (?1, ?2, ?3, ?4, ?4, 0, 0, 0)
              """,
            arguments: [
              TrackedDocument.id(of: source, in: name), name.rawValue, source.description, "t\(workspace)",
            ])
        }
      }
    }
  }
}
