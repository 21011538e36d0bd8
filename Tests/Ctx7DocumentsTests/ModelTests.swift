import Ctx7Model
import TestSupport
import Testing

@testable import Ctx7Documents

@Suite struct EmbedderTests {
  private func with(
    _ provider: ModelSettings.Provider, _ model: FakeModel = FakeModel(), retries: Int = 0,
    dimensions: Int? = nil,
    _ body: (Embedder, LoopbackServer) async throws -> Void
  ) async throws {
    try await LoopbackServer.with({ model.answer($0) }) { server in
      var settings = ModelSettings(timeoutSeconds: 5)
      settings.provider = provider
      settings.model = "tiny"
      settings.batchSize = 3
      settings.dimensions = dimensions
      settings.endpoint = server.address
      var options = WebClient.Options()
      options.retries = retries
      options.retryDelay = .milliseconds(1)
      try await WebClient.with(options) { client in
        try await body(#require(Embedder(client, settings, key: "sk-1")), server)
      }
    }
  }

  static let providers = [ModelSettings.Provider.ollama, .openai]

  @Test(arguments: providers)
  func `there is a vector of length one for every text, in order, whatever the server does`(
    provider: ModelSettings.Provider
  ) async throws {
    let texts = (0..<7).map { "text \($0)" }
    var expected: [[Float]] = []
    try await with(provider) { embedder, server in
      expected = try await embedder.vectors(for: texts)
      #expect(expected.count == 7)
      for vector in expected { #expect(abs(vector.reduce(0) { $0 + $1 * $1 } - 1) < 1e-5) }
      #expect(Set(expected).count == 7)
      #expect(server.requests.count == 3)
      #expect(server.requests.allSatisfy { $0.headers["authorization"] == "Bearer sk-1" })
    }
    let other = FakeModel()
    other.change {
      $0.shuffles = true
      $0.normalises = true
    }
    try await with(provider, other) { embedder, _ in
      let vectors = try await embedder.vectors(for: texts)
      for (one, two) in zip(vectors, expected) {
        #expect(zip(one, two).allSatisfy { abs($0 - $1) < 1e-5 })
      }
    }
  }

  @Test(arguments: providers)
  func `too few vectors, or vectors of no length, are refused`(provider: ModelSettings.Provider) async throws
  {
    let model = FakeModel()
    model.change { $0.omits = 1 }
    try await with(provider, model) { embedder, _ in
      let error = await #expect(throws: ModelError.self) { try await embedder.vectors(for: ["a", "b"]) }
      #expect(error?.description.contains("1 vector for 2 texts") == true)
    }
    model.change {
      $0.omits = 0
      $0.length = 0
    }
    try await with(provider, model) { embedder, _ in
      await #expect(throws: ModelError.self) { try await embedder.vectors(for: ["a"]) }
    }
  }

  /// Answers, the class of the error, how often it is asked.
  static let failures: [(LoopbackServer.Response, ErrorClass, String, Int)] = [
    (
      .init(400, #"{"error":"the input length exceeds the context length"}"#), .configuration,
      "context length", 2
    ),
    (.init(413, #"{"error":"payload too large"}"#), .configuration, "payload too large", 2),
    (.init(401, #"{"error":{"message":"bad key","type":"x","code":null}}"#), .configuration, "bad key", 1),
    (.init(404, #"{"error":"model 'tiny' not found"}"#), .configuration, "not found", 1),
    (.init(404, #"{"detail":"Not Found"}"#), .configuration, "Not Found", 1),
    (.init(422, #"{"detail":[{"msg":"field required"}]}"#), .configuration, "field required", 1),
    (
      .init(429, #"{"error":{"message":"slow down","code":"rate_limit_exceeded"}}"#), .rateLimit, "slow down",
      3
    ),
    (.init(429, #"{"error":{"message":"no money","code":"insufficient_quota"}}"#), .quota, "no money", 1),
    (
      .init(
        429, #"{"error":{"message":"no money","code":"insufficient_quota"}}"#, headers: ["Retry-After": "0"]),
      .quota, "no money", 1
    ),
    (
      .init(503, #"{"error":"no"}"#, headers: ["x-should-retry": "false", "Retry-After": "0"]), .service,
      "no", 1
    ),
    (.init(500, #"{"error":{"message":"boom"}}"#), .service, "boom", 3),
    (.init(500, "x", headers: ["x-should-retry": "false"]), .service, "no details", 1),
    (.init(503, #"{"error":"server busy, please try again."}"#), .service, "server busy", 3),
    (.init(200, "not json"), .service, "not what the protocol promises", 1),
    (.init(200, "{}"), .service, "not what the protocol promises", 1),
  ]

  @Test(arguments: failures)
  func `an error has its class and the server's own words`(
    answer: LoopbackServer.Response, errorClass: ErrorClass, words: String, requests: Int
  ) async throws {
    let model = FakeModel()
    model.change { $0.answer = answer }
    try await with(.openai, model, retries: 2) { embedder, server in
      let error = await #expect(throws: ModelError.self) { try await embedder.vectors(for: ["a"]) }
      #expect(error?.errorClass == errorClass)
      #expect(error?.description.contains(words) == true)
      #expect(server.requests.count == requests)
    }
  }

  @Test(arguments: providers)
  func `what a server refuses is asked for with less, down to one text`(
    provider: ModelSettings.Provider
  ) async throws {
    let texts = ["one", "two", "three"]
    var expected: [[Float]] = []
    try await with(provider) { embedder, _ in expected = try await embedder.vectors(for: texts) }
    let model = FakeModel()
    model.change { $0.mostTexts = 2 }
    try await with(provider, model, retries: 2) { embedder, server in
      let vectors = try await embedder.vectors(for: texts)
      #expect(vectors == expected)
      #expect(server.requests.count == 3)
    }
    model.change { $0.mostTexts = 1 }
    try await with(provider, model, retries: 2) { embedder, server in
      let vectors = try await embedder.vectors(for: texts)
      #expect(vectors == expected)
      #expect(server.requests.count == 5)
    }
  }

  @Test(arguments: providers)
  func `one text that is too long costs no other one its vector`(provider: ModelSettings.Provider)
    async throws
  {
    let model = FakeModel()
    model.change { $0.longestText = 5 }
    try await with(provider, model) { embedder, server in
      let mixed = try await embedder.vectors(for: ["one", "0123456789", "three"])
      let fitting = try await embedder.vectors(for: ["one", "01234", "three"])
      #expect(mixed == fitting)
    }
  }

  @Test(arguments: providers)
  func `vectors of another length than the configured one are refused`(provider: ModelSettings.Provider)
    async throws
  {
    try await with(provider, dimensions: 4) { embedder, _ in
      let vectors = try await embedder.vectors(for: ["a"])
      #expect(vectors.map(\.count) == [4])
    }
    try await with(provider, dimensions: 8) { embedder, _ in
      let error = await #expect(throws: ModelError.self) { try await embedder.vectors(for: ["a"]) }
      #expect(error?.description.contains("length 4, where embedding.dimensions is 8") == true)
    }
  }

  @Test(arguments: providers)
  func `a text that does not fit is embedded by its beginning`(provider: ModelSettings.Provider) async throws
  {
    let model = FakeModel()
    model.change { $0.longestText = 5 }
    try await with(provider, model) { embedder, server in
      let (whole, beginning) = try await (
        embedder.vectors(for: ["0123456789"]), embedder.vectors(for: ["01234"])
      )
      #expect(whole == beginning)
      #expect(server.requests.count == 3)
      await #expect(throws: ModelError.self) { try await embedder.vectors(for: ["0123456789abc"]) }
      #expect(server.requests.count == 5)
    }
  }

  @Test func `the mark changes with provider, model and length`() {
    var settings = ModelSettings(timeoutSeconds: 1)
    settings.provider = .ollama
    settings.model = "m"
    let marks = [settings].map(Embedder.mark)
    #expect(marks == ["ollama/m"])
    settings.dimensions = 256
    #expect(Embedder.mark(settings) == "ollama/m/256")
  }
}

@Suite struct BoundaryTests {
  private static let text = "# One\n\nText.\n\n```\ncode\nmore\n```\n\n# Two\n\nText."

  static let proposals: [([Int], [String]?)] = [
    ([1, 10], ["# One\n\nText.\n\n```\ncode\nmore\n```", "# Two\n\nText."]),
    ([1, 5, 10], ["# One\n\nText.", "```\ncode\nmore\n```", "# Two\n\nText."]),
    ([1, 6, 10], nil), ([1, 8], nil), ([2, 10], nil), ([10, 1], nil), ([1, 10, 10], nil), ([1], nil),
    ([], nil),
    ([1, 13], nil), ([1, -4], nil), ([1, 2], nil),
  ]

  @Test(arguments: proposals)
  func `a proposal is taken when every cut is allowed, and nothing of the text is lost`(
    starts: [Int], pieces: [String]?
  ) {
    // Line 2 is empty: a piece would begin with nothing, which is as good as any other cut.
    let expected = starts == [1, 2] ? ["# One", String(Self.text.dropFirst(7))] : pieces
    #expect(BoundaryModel.pieces(of: Self.text, at: starts, chunker: Chunker()) == expected)
  }

  @Test func `a piece that is too long is refused`() {
    var chunker = Chunker()
    chunker.maximum = 20
    #expect(BoundaryModel.pieces(of: Self.text, at: [1, 10], chunker: chunker) == nil)
  }

  @Test func `length is counted in code points, as the chunker counts: marks pile up on one character`() {
    var chunker = Chunker()
    chunker.maximum = 20
    let piled = "a" + String(repeating: "\u{301}", count: 30)
    #expect(BoundaryModel.pieces(of: "one\n\(piled)", at: [1, 2], chunker: chunker) == nil)
  }

  static let answers: [(String, String, Bool)] = [
    (#"{"starts": [1, 10]}"#, "stop", true), ("Sure! {\"starts\": [1, 10]}", "stop", true),
    (#"{"starts": [1, 10]}"#, "length", false), ("no", "stop", false),
    (#"{"chunks": ["One"]}"#, "stop", false),
    ("<think>{starts} is a list</think>\n{\"starts\": [1, 10]}", "stop", true),
  ]

  @Test(arguments: answers, EmbedderTests.providers)
  func `a model proposes lines and never writes text`(
    answer: (String, String, Bool), provider: ModelSettings.Provider
  ) async throws {
    let model = FakeModel()
    model.change {
      $0.chat = answer.0
      $0.ending = answer.1
    }
    try await LoopbackServer.with({ model.answer($0) }) { server in
      var settings = ModelSettings(timeoutSeconds: 5)
      settings.provider = provider
      settings.model = "tiny"
      settings.endpoint = server.address
      try await WebClient.with(WebClient.Options()) { client in
        let boundaries = try #require(BoundaryModel(client, settings, key: nil))
        let pieces = try await boundaries.chunks(of: Self.text, chunker: Chunker())
        #expect((pieces != nil) == answer.2)
        let long = try await boundaries.chunks(of: String(repeating: "x", count: 8001), chunker: Chunker())
        #expect(long == nil)
      }
      #expect(server.requests.count == 1)
    }
  }
}
