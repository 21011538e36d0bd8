import Ctx7Documents
import Ctx7Model
import TestSupport
import Testing

@Suite struct ServiceHealthTests {
  private static let found = #"{"results":[],"searchFilterApplied":false}"#

  static let answers: [(LoopbackServer.Response, ServiceHealth.Status, String)] = [
    (.init(200, found), .healthy, "reachable"),
    (FakeContext7.error(404, "no_libraries_found"), .healthy, "reachable"),
    (FakeContext7.error(401, "invalid_api_key"), .unhealthy, "the API key is refused"),
    (FakeContext7.error(402, "spending_limit_exceeded"), .degraded, "spending limit"),
    (FakeContext7.error(429, "rate_limit_exceeded", headers: ["Retry-After": "9"]), .degraded, "less often"),
    (FakeContext7.error(503, "search_failed"), .unhealthy, "HTTP 503"),
    (.init(200, "<html>Log in to the hotel's network</html>"), .unhealthy, "not Context7's"),
    (.init(302, headers: ["Location": "https://login.example/"]), .unhealthy, "HTTP 302"),
  ]

  @Test(arguments: answers)
  func `Context7 is as healthy as its answer to one question says`(
    answer: LoopbackServer.Response, status: ServiceHealth.Status, words: String
  ) async throws {
    let context7 = FakeContext7()
    context7.answerSearch(with: answer)
    try await withStore { rows in
      try rows.add("context7:/acme/widgets")
      try await LoopbackServer.with({ context7.answer($0) }) { server in
        var settings = ServiceSettings()
        settings.context7.apiURL = server.address + "/api"
        let health = await DocumentServices(rows: rows, settings: settings, secrets: Secrets(context7: "k"))
          .context7Health()
        #expect(health.status == status)
        #expect(health.details.contains(words))
        // How it is now is the question: it is asked once.
        #expect(server.requests.count == 1)
      }
    }
  }

  @Test func `Weaviate is only looked at: a collection that is missing is for the refresh to make`()
    async throws
  {
    try await withStore { rows in
      let weaviate = FakeWeaviate()
      try await LoopbackServer.with({ weaviate.answer($0) }) { server in
        var settings = ServiceSettings()
        settings.documentStore = .weaviate
        settings.weaviate.url = server.address
        let services = DocumentServices(rows: rows, settings: settings)
        let empty = await services.weaviateHealth()
        #expect(empty.status == .healthy)
        #expect(empty.details.contains("without collection DocumentContent: the next refresh makes it"))
        _ = try await services.with { connections in
          try await (connections.content as? WeaviateStore)?.put(
            ["one"], of: rows.add("https://example.org/a"))
        }
        #expect(await services.weaviateHealth().status == .healthy)
        weaviate.drop("DocumentContent")
        #expect(await services.weaviateHealth().status == .degraded)
        #expect(weaviate.schema() == nil)
        let changes = server.requests.filter { $0.path == "/v1/schema" && $0.method == "POST" }
        #expect(changes.count == 1, "by the refresh")
      }
    }
  }

  @Test func `where no library is tracked, Context7 is not asked`() async throws {
    try await withStore { rows in
      try await LoopbackServer.with({ _ in nil }) { server in
        var settings = ServiceSettings()
        settings.context7.apiURL = server.address + "/api"
        let health = await DocumentServices(rows: rows, settings: settings).context7Health()
        #expect(health.status == .healthy)
      }
    }
  }
}
