import Ctx7Documents
import Ctx7Jobs
import Ctx7Model
import TestSupport
import Testing

/// One run of a job whose requests meet faults.
enum Scenario: CaseIterable {
  case firstFetch, changed, unchanged, library, query, embedded, proposed, cleanup, health

  /// The document that there is.
  func source(on server: LoopbackServer) -> String {
    switch self {
    case .library, .health: "context7:/acme/widgets"
    case .query: "context7:/acme/widgets?query=how"
    default: server.address + "/a"
    }
  }

  /// What a request is answered with when nothing is wrong.
  static func answer(
    _ request: LoopbackServer.Request, _ weaviate: FakeWeaviate, _ context7: FakeContext7, _ model: FakeModel,
    _ texts: Texts
  ) -> LoopbackServer.Response? {
    switch request.service {
    case .weaviate: weaviate.answer(request)
    case .context7: context7.answer(request)
    case .model: model.answer(request)
    case .web: texts.answer(request)
    }
  }
}

enum Service { case weaviate, context7, model, web }

extension LoopbackServer.Request {
  var service: Service {
    if path.hasPrefix("/v1/") { return .weaviate }
    if path.hasPrefix("/api/v2/") || path.contains("/llms.txt?tokens=") { return .context7 }
    return path.hasPrefix("/api/") ? .model : .web
  }
}

@Suite struct FaultMatrixTests {
  private struct Bench {
    let weaviate = FakeWeaviate()
    let context7 = FakeContext7()
    let model = FakeModel()
    let texts = Texts()
    let faults = FaultInjector()

    static let old = "# Old\n\nThe old text of the document."
    static let new = "# New\n\nThe new text of the document."

    /// - Parameter timeout: long enough for a busy machine, unless waiting is what is tested.
    func with(timeout: Int = 30, _ body: (inout Stage, LoopbackServer) async throws -> Void) async throws {
      try await Stage.with { stage in
        try await LoopbackServer.with({
          faults.intercept($0) ?? Scenario.answer($0, weaviate, context7, model, texts)
        }) { server in
          stage.settings.documentStore = .weaviate
          stage.settings.weaviate.url = server.address
          stage.settings.weaviate.timeoutSeconds = timeout
          stage.settings.context7.apiURL = server.address + "/api"
          stage.settings.context7.baseURL = server.address
          stage.settings.fetch.timeoutSeconds = timeout
          stage.settings.fetch.retries = 1
          stage.settings.embedding.endpoint = server.address
          stage.settings.embedding.timeoutSeconds = timeout
          stage.settings.llm.endpoint = server.address
          stage.settings.llm.timeoutSeconds = timeout
          try await body(&stage, server)
        }
      }
    }

    /// Everything up to the run that meets the fault.
    func prepare(_ scenario: Scenario, _ stage: inout Stage, _ server: LoopbackServer) async throws {
      if [.embedded, .health].contains(scenario) {
        stage.settings.embedding.provider = .ollama
        stage.settings.embedding.model = "tiny"
      }
      if scenario == .proposed {
        stage.settings.llm.provider = .ollama
        stage.settings.llm.model = "tiny"
      }
      texts["/a"] = Self.old
      context7["/acme/widgets"] = .init(Self.old)
      try stage.track(scenario.source(on: server))
      guard scenario != .firstFetch else { return }
      _ = try await stage.refresh()
      guard scenario != .health else { return }
      stage.now = stage.now.adding(days: scenario == .cleanup ? 100 : 20)
      if scenario != .unchanged {
        texts["/a"] = Self.new
        context7["/acme/widgets"] = .init(Self.new, updated: "2026-10-01T00:00:00Z")
      }
    }

    func run(_ scenario: Scenario, _ stage: Stage) async throws -> JobReport {
      switch scenario {
      case .cleanup: try await stage.clean()
      case .health: try await stage.checkHealth()
      default: try await stage.refresh()
      }
    }
  }

  /// The last content and the number of requests of a run in which nothing goes wrong.
  private func cleanRun(_ scenario: Scenario) async throws -> (
    requests: Int, content: [String: [String: [String: JSONValue]]]
  ) {
    let bench = Bench()
    try await bench.with { stage, server in
      try await bench.prepare(scenario, &stage, server)
      bench.faults.aim(.failed, at: nil)
      _ = try await bench.run(scenario, stage)
    }
    return (bench.faults.count, normalised(bench.weaviate.content()))
  }

  /// Without what names the server's port.
  private func normalised(_ content: [String: [String: [String: JSONValue]]]) -> [String: [String: [String:
    JSONValue]]]
  {
    content.mapValues { objects in
      Dictionary(
        objects.values.map { properties in
          let text = properties["content"]?.string ?? ""
          return (text, properties.filter { !["source_url", "document_id", "chunk_id"].contains($0.key) })
        }, uniquingKeysWith: { first, _ in first })
    }
  }

  // One after the other: on a busy machine everything may time out.
  @Test(.serialized, arguments: Scenario.allCases, Fault.allCases)
  func
    `every request of a run may fail: the outcome, the attempts and the data are right, and the next run heals`(
      scenario: Scenario, fault: Fault
    ) async throws
  {
    let clean = try await cleanRun(scenario)
    try #require(clean.requests >= 3)
    guard fault == .timedOut else {
      for target in 0..<clean.requests { try await cell(scenario, fault, target, clean.content) }
      return
    }
    // These wait rather than work.
    try await withThrowingTaskGroup(of: Void.self) { group in
      for target in 0..<clean.requests {
        group.addTask { try await cell(scenario, fault, target, clean.content) }
      }
      try await group.waitForAll()
    }
  }

  private func cell(
    _ scenario: Scenario, _ fault: Fault, _ target: Int, _ content: [String: [String: [String: JSONValue]]]
  ) async throws {
    let bench = Bench()
    try await bench.with { stage, server in
      try await bench.prepare(scenario, &stage, server)
      if fault == .timedOut { stage.expectTimeouts() }
      let before = try stage.store.documents().count
      bench.faults.aim(fault, at: target)
      var report: JobReport?
      var failure: JobFailure?
      do {
        report = try await bench.run(scenario, stage)
        failure = report?.failure
      } catch {
        failure = JobFailure(error)
      }
      let (request, attempts) = try #require(bench.faults.met)
      let name: Comment = "\(scenario), \(fault) at \(target): \(request.method) \(request.path)"
      let expected = Expectation(scenario, request, fault, target)
      #expect(failure?.errorClass == expected.errorClass, name)
      #expect(attempts == expected.attempts, name)
      bench.faults.aim(fault, at: nil)
      #expect(report?.result["overall_health"]?.string == expected.health?.rawValue, name)
      try await expectWhole(scenario, stage, report, before, name)
      try await expectHealed(scenario, bench, &stage, content, name)
    }
  }

  /// Old or new, never a mix and never nothing; and the counts are those of what happened.
  private func expectWhole(
    _ scenario: Scenario, _ stage: Stage, _ report: JobReport?, _ before: Int, _ name: Comment
  ) async throws {
    let documents = try stage.store.documents()
    if scenario == .cleanup {
      let deleted = report?.result["summary"]?["total_deleted_documents"]?.integer ?? 0
      #expect(before - documents.count == deleted, name)
      return
    }
    let document = try #require(documents.first)
    let texts = try await stage.services.with { try await $0.content.content(of: document).map(\.text) }
    if scenario == .firstFetch {
      #expect(texts == (document.content == nil ? [] : [Bench.old]), name)
    } else {
      #expect(texts == [Bench.old] || texts == [Bench.new], name)
    }
    guard scenario != .health, let report, let summary = report.result["summary"] else { return }
    let counted = [
      "total_refreshed_documents", "total_gone_documents", "total_failed_refreshes",
      "total_deferred_documents",
    ].reduce(0) { $0 + (summary[$1]?.integer ?? 0) }
    // Where the workspace itself failed, nothing may have been asked for.
    let isWorkspaceFailed = summary["failed_workspaces"]?.integer != 0
    #expect(counted == 1 || isWorkspaceFailed && counted == 0, name)
  }

  private func expectHealed(
    _ scenario: Scenario, _ bench: Bench, _ stage: inout Stage,
    _ content: [String: [String: [String: JSONValue]]], _ name: Comment
  ) async throws {
    stage.now = stage.now.adding(seconds: 7200)
    let healed = try await bench.run(scenario, stage)
    #expect(healed.failure == nil, name)
    #expect(scenario != .health || healed.result["overall_health"]?.string == "healthy", name)
    #expect(normalised(bench.weaviate.content()) == content, name)
    #expect(try stage.store.documents().allSatisfy { $0.lastError == nil }, name)
  }
}

extension Stage {
  /// A second is enough for every request that is answered.
  fileprivate mutating func expectTimeouts() {
    settings.weaviate.timeoutSeconds = 1
    settings.fetch.timeoutSeconds = 1
    settings.embedding.timeoutSeconds = 1
    settings.llm.timeoutSeconds = 1
  }

  fileprivate func checkHealth() async throws -> JobReport {
    let now = now
    return try await HealthCheck(probes: HealthCheck.probes(of: services, now: { now }), metrics: { [] })
      .run(context)
  }
}
