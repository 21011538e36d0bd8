import Ctx7CLI
import Ctx7Documents
import Ctx7Model
import Foundation
import Synchronization
import TestSupport
import Testing

/// Refresh and cleanup on a Weaviate that are killed at any of their requests and at any of their writes: the next
/// run ends where a run ends that nobody has killed.
@Suite struct WeaviateKillTests {
  /// A Weaviate and a source on one server that can kill whoever asks them.
  private final class World: Sendable {
    let weaviate = FakeWeaviate()
    let texts = Texts()
    private let trap = Mutex<(left: Int, signal: (@Sendable () -> Void)?)>((0, nil))
    private let count = Mutex(0)

    var requests: Int { count.withLock { $0 } }

    func reset() { count.withLock { $0 = 0 } }

    /// Kills the program before its nth request is answered.
    func setTrap(at request: Int, _ signal: @escaping @Sendable () -> Void) {
      trap.withLock { $0 = (request, signal) }
    }

    func answer(_ request: LoopbackServer.Request) -> LoopbackServer.Response? {
      count.withLock { $0 += 1 }
      let signal = trap.withLock { trap -> (@Sendable () -> Void)? in
        guard trap.signal != nil else { return nil }
        trap.left -= 1
        guard trap.left == 0 else { return nil }
        defer { trap.signal = nil }
        return trap.signal
      }
      // Half of the time the server has done what it was asked before the program dies.
      let isDone = requests.isMultiple(of: 2)
      let response = isDone || signal == nil ? route(request) : nil
      guard let signal else { return response }
      signal()
      return .init(503)
    }

    private func route(_ request: LoopbackServer.Request) -> LoopbackServer.Response? {
      request.path.hasPrefix("/v1/") ? weaviate.answer(request) : texts.answer(request)
    }
  }

  private static func configuration(_ server: LoopbackServer) -> String {
    """
    document_store: weaviate
    weaviate: {url: "\(server.address)"}
    fetch: {allow_private_hosts: true, retries: 0}
    jobs:
      - job_id: weekly-document-refresh
        parameters: {skip_recent_updates: false, rate_limit_delay_seconds: 0, minimum_quality_score: 0}
      - job_id: daily-ttl-cleanup
    """
  }

  enum Work: CaseIterable { case refresh, cleanup }

  /// One document that is due for a change, one that has expired.
  private func prepare(_ bench: Workbench, _ world: World, _ server: LoopbackServer) async throws {
    for name in ["a", "b"] { world.texts["/\(name)"] = longText("old \(name)") }
    for name in ["a", "b"] { _ = try await bench.track("\(server.address)/\(name)") }
    try #require(try await bench.refresh().status == 0)
    for name in ["a", "b"] { world.texts["/\(name)"] = longText("new \(name)") }
    let store = try DocumentStore(path: bench.state + "/documents.sqlite")
    for document in try store.documents() {
      _ = try store.track(
        document.source, technology: document.technology, in: document.workspace, title: nil, expiresAt: .now,
        now: .now)
    }
  }

  private func run(
    _ work: Work, _ bench: Workbench,
    beside body: (@escaping @Sendable (CInt) -> Void) async throws -> Void = { _ in }
  )
    async throws -> Program.Ended
  {
    let job = work == .refresh ? "weekly-document-refresh" : "daily-ttl-cleanup"
    return try await Program.run(
      "ctx7-job-exec", ["--job", job], environment: bench.environment, beside: body)
  }

  private func with(_ body: (Workbench, World, LoopbackServer) async throws -> Void) async throws {
    let world = World()
    try await LoopbackServer.with({ world.answer($0) }) { server in
      try await Workbench.with(Self.configuration(server)) { bench in try await body(bench, world, server) }
    }
  }

  /// What is left, whatever the port of the server was.
  private func content(_ world: World) -> [String] {
    world.weaviate.content().values.flatMap { $0.values.compactMap { $0["content"]?.string } }.sorted()
  }

  @Test(arguments: Work.allCases)
  func `kill -9 at every request: the next run ends where a run ends that nobody has killed`(work: Work)
    async throws
  {
    var requests = 0
    var expected: [String] = []
    try await with { bench, world, server in
      try await prepare(bench, world, server)
      world.reset()
      try #require(try await run(work, bench).status == 0)
      requests = world.requests
      expected = content(world)
    }
    try #require(requests >= 4)
    for request in 1...requests {
      try await with { bench, world, server in
        try await prepare(bench, world, server)
        world.reset()
        let victim = Victim()
        world.setTrap(at: request) { victim.kill() }
        let killed = try await run(work, bench) { victim.isKilled(by: $0) }
        #expect(killed.status == -9, "at request \(request)")
        let next = try await run(work, bench)
        #expect(next.status == 0, "after a kill at request \(request): \(next.output)")
        #expect(content(world) == expected, "after a kill at request \(request)")
        let list = try await bench.run("ctx7ctl", "documents", "list", "--json")
        let documents = try JSONValue(parsing: list.output).array ?? []
        #expect(documents.count == (work == .refresh ? 2 : 0))
      }
    }
  }

  /// Also between the requests: the rows are written there. Takes minutes: only with `PROVE=1`.
  @Test(.enabled(if: Effort.isProof, "takes minutes: PROVE=1 runs it"))
  func `kill -9 before every single write to SQLite: the next run ends where every run ends`() async throws {
    try await withTemporaryDirectory { directory in
      let library = try await Preload.compile("killpoint", into: directory)
      var writes = 0
      var expected: [String] = []
      try await with { bench, world, server in
        try await prepare(bench, world, server)
        let count = directory + "/count"
        let counted = try await bench.refresh(environment: ["LD_PRELOAD": library, "KILLPOINT_COUNT": count])
        try #require(counted.status == 0)
        writes = try #require(Int(try String(contentsOfFile: count, encoding: .utf8).filter(\.isNumber)))
        expected = content(world)
      }
      for write in 1...writes {
        try await with { bench, world, server in
          try await prepare(bench, world, server)
          let killed = try await bench.refresh(environment: ["LD_PRELOAD": library, "KILLPOINT": "\(write)"])
          // The order of the last writes is not the same in each run.
          guard killed.status == -9 else { return #expect(killed.status == 0) }
          #expect(try await bench.refresh().status == 0)
          #expect(content(world) == expected, "after a kill at write \(write)")
        }
      }
    }
  }

  /// A process that may send its requests before the test knows how to kill it: the server's thread waits for that.
  private final class Victim: Sendable {
    private let send = Mutex<(@Sendable (CInt) -> Void)?>(nil)

    func isKilled(by send: @escaping @Sendable (CInt) -> Void) { self.send.withLock { $0 = send } }

    func kill() {
      while true {
        if let send = send.withLock({ $0 }) { return send(SIGKILL) }
        usleep(1000)
      }
    }
  }
}
