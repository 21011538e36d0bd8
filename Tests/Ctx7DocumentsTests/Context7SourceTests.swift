import Ctx7Documents
import Ctx7Model
import TestSupport
import Testing

@Suite struct Context7SourceTests {
  private func with(
    _ context7: FakeContext7, key: String? = nil, retries: Int = 0, deadline: ContinuousClock.Instant? = nil,
    budget: Int? = nil, _ body: (Context7Source, LoopbackServer) async throws -> Void
  ) async throws {
    try await LoopbackServer.with({ context7.answer($0) }) { server in
      var settings = Context7Settings()
      settings.apiURL = server.address + "/api"
      settings.baseURL = server.address
      var options = WebClient.Options()
      options.retries = retries
      options.retryDelay = .milliseconds(1)
      options.deadline = deadline
      options.requestBudget = budget
      try await WebClient.with(options) { client in
        try await body(Context7Source(client, settings, key: key), server)
      }
    }
  }

  private let widgets = SourceLocation(library: .widgets)
  private static let text = "### Use\n\nSource: https://example.org/a\n\n```\nuse()\n```\n"

  private func library() -> FakeContext7 {
    let context7 = FakeContext7()
    context7["/acme/widgets"] = .init(Self.text)
    return context7
  }

  private func fetch(
    _ source: Context7Source, _ location: Ctx7Documents.SourceLocation,
    _ validators: Validators = Validators()
  )
    async throws -> (String, Validators)?
  {
    guard case .content(let text, let new) = try await source.fetch(location, validators: validators) else {
      return nil
    }
    return (text, new)
  }

  @Test func `a whole library is its llms txt, with as many tokens as are configured`() async throws {
    try await with(library(), key: "ctx7sk-1") { source, server in
      let (text, validators) = try #require(try await fetch(source, widgets))
      #expect(text == Self.text)
      #expect(validators.upstream?.stars == 10)
      #expect(validators.upstream?.changedAt == Timestamp(rfc3339: "2026-09-01T00:00:00Z"))
      #expect(
        server.requests.map(\.path) == [
          "/api/v2/libs/search?libraryName=widgets&query=documentation&fast=true",
          "/acme/widgets/llms.txt?tokens=500000",
        ])
      #expect(server.requests.map { $0.headers["authorization"] } == ["Bearer ctx7sk-1", nil])
    }
  }

  @Test func `a query is asked of the API`() async throws {
    try await with(library()) { source, server in
      let location = try SourceLocation("context7:/acme/widgets?query=how%20to%20use%3F")
      let fetched = try await fetch(source, location)?.0
      #expect(fetched == Self.text)
      #expect(
        server.requests.last?.path
          == "/api/v2/context?libraryId=%2Facme%2Fwidgets&query=how%20to%20use%3F&type=txt")
    }
  }

  @Test func `a library that has not changed costs one call, however many documents there are of it`()
    async throws
  {
    let context7 = library()
    var known = Validators()
    try await with(context7) { source, _ in known = try #require(try await fetch(source, widgets)).1 }
    try await with(context7) { source, server in
      for query in ["a", "b", "c"] {
        let location = try SourceLocation(library: .widgets, query: query)
        let fetched = try await source.fetch(location, validators: known)
        #expect(fetched == .notModified)
      }
      #expect(server.requests.count == 1)
    }
    context7["/acme/widgets"]?.updated = "2026-10-01T00:00:00Z"
    try await with(context7) { source, server in
      let fetched = try await fetch(source, widgets, known)?.0
      #expect(fetched == Self.text)
      #expect(server.requests.count == 2)
    }
  }

  static let unsure: [LoopbackServer.Response] = [
    FakeContext7.error(404, "no_libraries_found"), FakeContext7.error(500, "internal_error"),
    FakeContext7.error(503, "search_failed"), .init(200, "<html>"), .init(200, "{\"results\":[]}"),
  ]

  @Test(arguments: unsure)
  func `a search that does not tell makes no document fail and none unchanged`(
    answer: LoopbackServer.Response
  )
    async throws
  {
    let context7 = library()
    var known = Validators()
    try await with(context7) { source, _ in known = try #require(try await fetch(source, widgets)).1 }
    context7.answerSearch(with: answer)
    try await with(context7) { source, _ in
      let fetched = try await fetch(source, widgets, known)?.0
      #expect(fetched == Self.text)
    }
  }

  @Test func `a library of a longer name says nothing of this one`() async throws {
    let context7 = library()
    var known = Validators()
    try await with(context7) { source, _ in known = try #require(try await fetch(source, widgets)).1 }
    // The search ranks by words: the first answer need not be what was asked for.
    let other = #"{"results":[{"id":"/acme/widgets-ui","lastUpdateDate":"2026-09-01T00:00:00Z"}]}"#
    context7.answerSearch(with: .init(200, other))
    try await with(context7) { source, _ in
      let fetched = try #require(try await fetch(source, widgets, known))
      #expect(fetched.0 == Self.text)
      #expect(fetched.1.upstream == nil)
    }
  }

  @Test func `a library that is being indexed is no sign that nothing has changed`() async throws {
    let context7 = library()
    context7["/acme/widgets"]?.state = "processing"
    try await with(context7) { source, _ in
      let fetched = try #require(try await fetch(source, widgets))
      #expect(fetched.1.upstream == nil)
    }
  }

  @Test func `a library that has moved is followed, and its new id is kept`() async throws {
    let context7 = FakeContext7()
    context7["/acme/gadgets"] = .init(Self.text)
    let moved = #"{"error":"library_redirected","redirectUrl":"/acme/gadgets"}"#
    try await LoopbackServer.with({ request in
      request.path.contains("/widgets/") || request.path.contains("libraryId=%2Facme%2Fwidgets")
        ? .init(301, moved) : context7.answer(request)
    }) { server in
      var settings = Context7Settings()
      settings.apiURL = server.address + "/api"
      settings.baseURL = server.address
      try await WebClient.with(WebClient.Options()) { client in
        let source = Context7Source(client, settings, key: nil)
        let (text, validators) = try #require(try await fetch(source, widgets))
        #expect(text == Self.text)
        #expect(validators.libraryID?.rawValue == "/acme/gadgets")
        let before = server.requests.count
        let again = try #require(try await fetch(source, widgets, validators))
        #expect(again.1.libraryID?.rawValue == "/acme/gadgets")
        #expect(server.requests[before...].allSatisfy { !$0.path.contains("/widgets/") })
      }
    }
  }

  @Test func `libraries that point at each other are no endless way`() async throws {
    let context7 = FakeContext7()
    context7.answerContent(with: .init(301, #"{"error":"library_redirected","redirectUrl":"/acme/widgets"}"#))
    try await with(context7) { source, server in
      let error = await #expect(throws: SourceError.self) { try await fetch(source, widgets) }
      #expect(error?.reason == .redirectedTooOften(limit: 2))
      #expect(server.requests.count == 4)
    }
  }

  /// Every status of the API for content: what becomes of the document.
  static let failures: [(LoopbackServer.Response, SourceError.Reason)] = [
    (
      FakeContext7.error(202, "library_not_finalized"),
      .noContent("the library is not indexed yet (library_not_finalized)")
    ),
    (FakeContext7.error(400, "validation_error"), .refused(status: 400, "validation_error")),
    (FakeContext7.error(403, "access_denied"), .denied("access_denied")),
    (FakeContext7.error(404, "library_not_found"), .gone("library_not_found")),
    (FakeContext7.error(404, "no_snippets_found"), .gone("no_snippets_found")),
    (FakeContext7.error(422, "library_too_large"), .refused(status: 422, "library_too_large")),
    (FakeContext7.error(500, "internal_error"), .serverError(status: 500)),
    (.init(502, "<html>bad gateway</html>"), .serverError(status: 502)),
    (FakeContext7.error(503, "search_failed"), .serverError(status: 503)),
    (FakeContext7.error(504, "timeout"), .serverError(status: 504)),
    (.init(200, ""), .noContent("an empty answer: not found, or not indexed yet")),
    (.init(200, " \n"), .noContent("an empty answer: not found, or not indexed yet")),
    (.init(200, "<!doctype html><p>Sorry"), .noContent("it is an HTML page")),
    (.init(200, "text", headers: ["Content-Type": "text/html"]), .noContent("it is an HTML page")),
    (.init(bytes: [0xFF, 0xFE]), .notText),
    (
      .init(307, headers: ["Location": "https://elsewhere.example/x/llms.txt"]),
      .refused(status: 307, nil)
    ),
  ]

  @Test(arguments: failures)
  func `whatever goes wrong with one document is its own failure`(
    answer: LoopbackServer.Response, reason: SourceError.Reason
  ) async throws {
    let context7 = library()
    context7.answerContent(with: answer)
    try await with(context7) { source, _ in
      let error = await #expect(throws: SourceError.self) { try await fetch(source, widgets) }
      #expect(error?.reason == reason)
    }
  }

  static let stops: [(LoopbackServer.Response, ErrorClass)] = [
    (FakeContext7.error(401, "invalid_api_key"), .configuration),
    (FakeContext7.error(402, "spending_limit_exceeded"), .quota),
    (FakeContext7.error(429, "rate_limit_exceeded"), .rateLimit),
    (FakeContext7.error(429, "rate_limit_exceeded", headers: ["Retry-After": "4000"]), .rateLimit),
  ]

  @Test(arguments: stops)
  func `after an answer that holds for all documents no further one is asked for`(
    answer: LoopbackServer.Response, errorClass: ErrorClass
  ) async throws {
    let context7 = library()
    context7.answerSearch(with: answer)
    try await with(context7, retries: 2) { source, server in
      for _ in 0..<3 {
        let stop = await #expect(throws: SourceStopped.self) { try await fetch(source, widgets) }
        #expect(stop?.errorClass == errorClass)
        #expect(stop?.isPlanned == false)
      }
      #expect(server.requests.count == 1)
    }
  }

  @Test func `a server that asks to wait is waited for, if the time is there`() async throws {
    let busy = FakeContext7.error(429, "rate_limit_exceeded", headers: ["Retry-After": "1"])
    let context7 = library()
    context7.answerContent(with: busy)
    try await with(context7, retries: 1, deadline: .now + .milliseconds(500)) { source, server in
      await #expect(throws: SourceStopped.self) { try await fetch(source, widgets) }
      #expect(server.requests.count == 2)
    }
    try await with(context7, retries: 1, deadline: .now + .seconds(60)) { source, server in
      await withTaskGroup(of: Void.self) { group in
        group.addTask { await #expect(throws: SourceStopped.self) { try await fetch(source, widgets) } }
      }
      #expect(server.requests.count == 3)
    }
  }

  @Test func `a spent budget is as planned, and no request goes beyond it`() async throws {
    try await with(library(), budget: 3) { source, server in
      for _ in 0..<2 {
        let fetched = try await fetch(source, widgets)?.0
        #expect(fetched == Self.text)
      }
      let stop = await #expect(throws: SourceStopped.self) { try await fetch(source, widgets) }
      #expect(stop?.isPlanned == true)
      #expect(server.requests.count == 3)
    }
  }

  @Test(arguments: [
    ("/vercel/next.js", true), ("/websites/x", true), ("/a/b/v1.2", true), ("/a/b@1.0", true),
    ("vercel/next.js", false),
    ("/a", false), ("/a/b/c/d", false), ("/a/../b", false), ("/a/b c", false), ("/a/b?x", false),
    ("//b", false), ("/a/", false),
  ])
  func `a library is an owner and a name, with a version at most`(text: String, isLibrary: Bool) {
    #expect((LibraryID(rawValue: text) != nil) == isLibrary)
  }
}

extension LibraryID {
  /// The library of these tests.
  static var widgets: LibraryID {
    guard let id = LibraryID(rawValue: "/acme/widgets") else { preconditionFailure("it is a library") }
    return id
  }
}
