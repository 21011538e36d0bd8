import Ctx7Documents
import Ctx7Jobs
import Ctx7Model
import Synchronization
import TestSupport
import Testing

/// What may come instead of an answer.
enum Fault: CaseIterable {
  case refused, timedOut, unauthorised, missing, unprocessable, tooMany, failed, unavailable, garbage, cut

  var response: LoopbackServer.Response {
    func json(_ status: Int) -> LoopbackServer.Response { .init(status, #"{"error":[{"message":"fault"}]}"#) }
    switch self {
    case .refused:
      var response = LoopbackServer.Response()
      response.isDropped = true
      return response
    case .timedOut: return .init(200, "late", delay: .seconds(60))
    case .unauthorised: return .init(401, #"{"code":401,"message":"fault"}"#)
    case .missing: return .init(404)
    case .unprocessable: return json(422)
    case .tooMany: return .init(429, #"{"errorCode":"USAGE_LIMIT_EXCEEDED","message":"fault"}"#)
    case .failed: return json(500)
    case .unavailable: return json(503)
    case .garbage: return .init(bytes: [0xFF, 0x00, 0xFE])
    case .cut:
      var response = LoopbackServer.Response(200, "a text that ends in the middle")
      response.cutAfter = 9
      return response
    }
  }
}

/// Puts a fault in the place of the answer to the nth request, and to every repetition of that request.
final class FaultInjector: Sendable {
  private struct State {
    var target: Int?
    var fault = Fault.failed
    var count = 0
    var request: LoopbackServer.Request?
    var attempts = 0
  }

  private let state = Mutex(State())

  /// The request that met the fault, and how often it came.
  var met: (request: LoopbackServer.Request, attempts: Int)? {
    state.withLock { state in state.request.map { ($0, state.attempts) } }
  }

  func aim(_ fault: Fault, at target: Int?) {
    state.withLock { $0 = State(target: target, fault: fault) }
  }

  /// Requests since the last aim.
  var count: Int { state.withLock(\.count) }

  func intercept(_ request: LoopbackServer.Request) -> LoopbackServer.Response? {
    state.withLock { state in
      defer { state.count += 1 }
      if state.count == state.target { state.request = request }
      guard let met = state.request, met.path == request.path, met.method == request.method,
        met.body == request.body
      else { return nil }
      state.attempts += 1
      return state.fault.response
    }
  }
}

/// One run of a job whose requests meet faults.
enum Scenario: CaseIterable {
  case firstFetch, changed, unchanged, library, embedded, cleanup

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
          try await body(&stage, server)
        }
      }
    }

    /// Everything up to the run that meets the fault.
    func prepare(_ scenario: Scenario, _ stage: inout Stage, _ server: LoopbackServer) async throws {
      if scenario == .embedded {
        stage.settings.embedding.provider = .ollama
        stage.settings.embedding.model = "tiny"
      }
      texts["/a"] = Self.old
      context7["/acme/widgets"] = .init(Self.old)
      try stage.track(scenario == .library ? "context7:/acme/widgets" : server.address + "/a")
      guard scenario != .firstFetch else { return }
      _ = try await stage.refresh()
      stage.now = stage.now.adding(days: scenario == .cleanup ? 100 : 20)
      if scenario != .unchanged {
        texts["/a"] = Self.new
        context7["/acme/widgets"] = .init(Self.new, updated: "2026-10-01T00:00:00Z")
      }
    }

    func run(_ scenario: Scenario, _ stage: Stage) async throws -> JobReport {
      try await scenario == .cleanup ? stage.clean() : stage.refresh()
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
      let expected = Expectation(request, fault, target)
      #expect(failure?.errorClass == expected.errorClass, name)
      #expect(attempts == expected.attempts, name)
      bench.faults.aim(fault, at: nil)
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
    guard let report, let summary = report.result["summary"] else { return }
    let counted = [
      "total_refreshed_documents", "total_gone_documents", "total_failed_refreshes",
      "total_deferred_documents",
    ].reduce(0) { $0 + (summary[$1]?.integer ?? 0) }
    let isWorkspaceFailed = summary["failed_workspaces"]?.integer != 0
    #expect(counted == (isWorkspaceFailed ? 0 : 1), name)
  }

  private func expectHealed(
    _ scenario: Scenario, _ bench: Bench, _ stage: inout Stage,
    _ content: [String: [String: [String: JSONValue]]], _ name: Comment
  ) async throws {
    stage.now = stage.now.adding(seconds: 7200)
    let healed = try await bench.run(scenario, stage)
    #expect(healed.failure == nil, name)
    #expect(normalised(bench.weaviate.content()) == content, name)
    #expect(try stage.store.documents().allSatisfy { $0.lastError == nil }, name)
  }

  @Test func `there are at least as many cells as were asked for`() async throws {
    var cells = 0
    for scenario in Scenario.allCases {
      cells += try await cleanRun(scenario).requests * Fault.allCases.count
    }
    #expect(cells >= 150)
  }
}

extension Stage {
  /// A second is enough for every request that is answered.
  fileprivate mutating func expectTimeouts() {
    settings.weaviate.timeoutSeconds = 1
    settings.fetch.timeoutSeconds = 1
    settings.embedding.timeoutSeconds = 1
  }
}

/// What has to become of a request that meets a fault.
struct Expectation {
  let attempts: Int
  /// Of the whole run; nil where it succeeds all the same.
  let errorClass: ErrorClass?

  init(_ request: LoopbackServer.Request, _ fault: Fault, _ target: Int) {
    let isSearch = request.path.hasPrefix("/api/v2/libs/search")
    switch (request.service, fault) {
    // The text itself may still come.
    case (.context7, .refused), (.context7, .cut), (.context7, .timedOut), (.context7, .failed),
      (.context7, .unavailable):
      self.init(2, isSearch ? nil : Self.transient(fault, .service))
    case (.context7, .unauthorised): self.init(1, .configuration)
    case (.context7, .tooMany): self.init(1, .rateLimit)
    case (.context7, .missing): self.init(1, nil)
    case (.context7, .unprocessable), (.context7, .garbage): self.init(1, isSearch ? nil : .content)

    case (.web, .unauthorised): self.init(1, .notFound)
    case (.web, .missing): self.init(1, nil)
    case (.web, .unprocessable), (.web, .garbage): self.init(1, .content)
    case (.web, .tooMany): self.init(1, .rateLimit)
    case (.web, _): self.init(2, Self.transient(fault, .service))

    case (.model, .unauthorised), (.model, .missing), (.model, .unprocessable): self.init(1, .configuration)
    case (.model, .garbage): self.init(1, .service)
    case (.model, .tooMany): self.init(2, .rateLimit)
    case (.model, _): self.init(2, Self.transient(fault, .service))

    case (.weaviate, _): self.init(weaviate: request, fault, target)
    }
  }

  private init(weaviate request: LoopbackServer.Request, _ fault: Fault, _ target: Int) {
    let isPatch = request.method == "PATCH"
    switch fault {
    case .unauthorised, .unprocessable: self.init(1, .configuration)
    case .tooMany: self.init(1, .rateLimit)
    // A chunk that is not there is written anew.
    case .missing where isPatch: self.init(1, nil)
    // A class that is not there is made, which the server refuses because it is there.
    case .missing where request.method == "GET" && request.path == "/v1/schema/DocumentContent":
      self.init(target == 0 ? 2 : 1, .configuration)
    case .missing: self.init(1, .notFound)
    // The server says that it did what it did not do.
    case .garbage where request.method == "POST" && request.path == "/v1/schema": self.init(1, .configuration)
    case .garbage: self.init(1, .weaviate)
    default: self.init(2, Self.transient(fault, .weaviate))
    }
  }

  private init(_ attempts: Int, _ errorClass: ErrorClass?) {
    self.attempts = attempts
    self.errorClass = errorClass
  }

  private static func transient(_ fault: Fault, _ server: ErrorClass) -> ErrorClass {
    switch fault {
    case .refused, .cut: .connection
    case .timedOut: .timeout
    default: server
    }
  }
}
