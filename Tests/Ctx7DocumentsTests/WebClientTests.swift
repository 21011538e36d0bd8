import Ctx7Documents
import Ctx7Model
import Foundation
import Synchronization
import TestSupport
import Testing

/// What the client does beneath every source, store and model; seen through a source.
@Suite struct WebClientTests {
  private func fetch(_ url: String, _ change: (inout WebClient.Options) -> Void) async throws -> Fetched {
    var options = WebClient.Options()
    options.allowsPrivateHosts = true
    options.retryDelay = .milliseconds(1)
    change(&options)
    return try await WebClient.with(options) {
      try await WebSource($0, timeout: .seconds(2)).fetch(SourceLocation(url), validators: Validators())
    }
  }

  private static let retried: [(LoopbackServer.Response, Int)] = {
    var dropped = LoopbackServer.Response(200)
    dropped.isDropped = true
    var cut = LoopbackServer.Response(200, "half of it")
    cut.cutAfter = 4
    var short = LoopbackServer.Response(200, "less than it says")
    short.claimedLength = 1000
    return [
      (.init(500), 3), (.init(502), 3), (.init(503), 3), (.init(504), 3), (dropped, 3), (cut, 3), (short, 3),
      (.init(400), 1), (.init(401), 1), (.init(403), 1), (.init(404), 1), (.init(410), 1), (.init(422), 1),
      (.init(429), 1), (.init(429, headers: ["Retry-After": "0"]), 3), (.init(200, "<html>"), 1),
      (.init(202), 1),
    ]
  }()

  @Test(arguments: retried)
  func `what may pass is tried again, what will not is not`(response: LoopbackServer.Response, requests: Int)
    async throws
  {
    try await LoopbackServer.with({ _ in response }) { server in
      // The port may have been another test's a moment ago, whose client still tries it.
      let path = "/\(UUID().uuidString)"
      await #expect(throws: SourceError.self) { try await fetch(server.address + path) { $0.retries = 2 } }
      #expect(server.requests.count { $0.path == path } == requests)
    }
  }

  @Test(arguments: ["inf", "-inf", "nan", "1e300", "-1", "86400001", "soon"])
  func `a wait that is no time to wait is not waited for`(value: String) async throws {
    try await LoopbackServer.with({ _ in .init(429, headers: ["retry-after-ms": value]) }) { server in
      let error = await #expect(throws: SourceError.self) { try await fetch(server.address) { _ in } }
      #expect(error?.reason == .rateLimited(until: nil))
    }
  }

  @Test(arguments: [
    ("120", 120), ("Fri, 15 Jan 2027 08:02:00 GMT", 120), ("Fri, 15 Jan 2027 07:00:00 GMT", 0),
    ("Sat, 16 Jan 2027 08:00:00 GMT", 86_400), ("Sat, 16 Jan 2027 08:00:01 GMT", nil), ("86401", nil),
    ("-1", nil), ("15 Jan", nil), ("", nil),
  ])
  func `a server asks to wait for seconds or until a date`(text: String, seconds: Int64?) async throws {
    // Friday, 15 January 2027, 08:00 UTC.
    let now = Timestamp(rawValue: 1_800_000_000_000)
    try await LoopbackServer.with({ _ in .init(429, headers: ["Retry-After": text]) }) { server in
      let error = await #expect(throws: SourceError.self) {
        try await fetch(server.address) {
          $0.now = { now }
          $0.retries = 0
        }
      }
      #expect(error?.reason == .rateLimited(until: seconds.map(now.adding(seconds:))))
    }
  }

  @Test(.timeLimit(.minutes(1)))
  func `a source on the web cannot make a run wait for as long as it likes`() async throws {
    let now = Timestamp(rawValue: 1_800_000_000_000)
    let reasons: [Int: SourceError.Reason] = [
      429: .rateLimited(until: now.adding(seconds: 121)),
      503: .serverError(status: 503, until: now.adding(seconds: 121)),
    ]
    for (status, reason) in reasons {
      try await LoopbackServer.with({ _ in .init(status, headers: ["Retry-After": "121"]) }) { server in
        let error = await #expect(throws: SourceError.self) {
          try await fetch(server.address) {
            $0.deadline = .now + .seconds(3600)
            $0.now = { now }
          }
        }
        #expect(error?.reason == reason)
      }
    }
  }

  @Test func `the second attempt may bring it`() async throws {
    let count = Atomic(0)
    try await LoopbackServer.with({ _ in
      count.add(1, ordering: .relaxed).newValue == 1 ? .init(503) : .init(200, "text")
    }) { server in
      let fetched = try await fetch(server.address) { $0.retries = 1 }
      #expect(fetched == .content("text", Validators()))
    }
  }

  @Test func `an answer that drips is no answer`() async throws {
    var slow = LoopbackServer.Response(200, "one two three four five six seven eight")
    slow.drip = .milliseconds(600)
    try await LoopbackServer.with({ [slow] _ in slow }) { server in
      let error = await #expect(throws: SourceError.self) {
        try await fetch(server.address) { $0.retries = 0 }
      }
      #expect(error?.reason == .noAnswer(.timedOut))
    }
  }

  @Test func `documents do not come from private addresses unless that is allowed`() async throws {
    try await LoopbackServer.with({ _ in .init(200, "text") }) { server in
      for address in [server.address, server.address.replacing("127.0.0.1", with: "localhost")] {
        let error = await #expect(throws: SourceError.self) {
          try await fetch(address) { $0.allowsPrivateHosts = false }
        }
        #expect(error?.description.contains("is a private address; allow it with") == true)
      }
      #expect(server.requests.isEmpty)
    }
  }

  @Test(arguments: [
    "http://10.1.2.3/", "http://172.16.0.1/", "http://192.168.1.1/",
    "http://169.254.169.254/latest/meta-data/",
    "http://100.64.0.1/", "http://[::1]/", "http://[fe80::1]/", "http://[fd00::1]/",
    "http://[::ffff:10.0.0.1]/",
    "http://0.0.0.0/", "http://[64:ff9b::7f00:1]/", "http://224.0.0.1/", "http://0x7f.1/",
    "http://2130706433/",
    "http://[2002:7f00:1::1]/", "http://[2002:a01:203::1]/", "http://[2001:0:4136:e378:8000:63bf:3fff:fdd2]/",
    "http://localhost/", "http://localhost./", "http://127.0.0%2e1/", "http://%6cocalhost/",
    "http://１２７.0.0.1/",
  ])
  func `no way of writing a private address is taken, through a proxy neither`(url: String) async throws {
    for environment in [[:], ["http_proxy": "http://proxy.invalid:3128"]] {
      let error = await #expect(throws: SourceError.self) {
        try await fetch(url) {
          $0.allowsPrivateHosts = false
          $0.retries = 0
          $0.proxies = ProxySettings(environment: environment)
        }
      }
      guard case .noAnswer(.privateHost) = error?.reason, error?.errorClass == .configuration else {
        return #expect(Bool(false), "\(url): \(String(describing: error))")
      }
    }
  }

  @Test func `a redirect to another host is not followed`() async throws {
    try await LoopbackServer.with({ _ in .init(200, "inside") }) { inside in
      try await LoopbackServer.with({ _ in .init(302, headers: ["Location": inside.address + "/"]) }) {
        server in
        let error = await #expect(throws: SourceError.self) { try await fetch(server.address) { _ in } }
        #expect(error?.reason == .redirected(to: inside.address + "/"))
        #expect(inside.requests.isEmpty)
      }
    }
  }

  @Test func `an address without end is not repeated to people in full`() async throws {
    let target = "https://example.org/" + String(repeating: "a", count: 10_000)
    try await LoopbackServer.with({ _ in .init(302, headers: ["Location": target]) }) { server in
      let error = await #expect(throws: SourceError.self) { try await fetch(server.address) { _ in } }
      #expect(error?.reason == .redirected(to: target.prefix(500) + "…"))
    }
  }

  @Test func `a redirect to a port that there is not fails, and does not end the process`() async throws {
    let redirect = LoopbackServer.Response(302, headers: ["Location": "https://127.0.0.1:65536/"])
    try await LoopbackServer.with({ _ in redirect }) { server in
      let error = await #expect(throws: SourceError.self) { try await fetch(server.address) { _ in } }
      #expect(error?.reason == .noAnswer(.unreachable("127.0.0.1: there is no such port")))
    }
  }

  @Test func `a key never travels to another host, whoever sends it there`() async throws {
    try await LoopbackServer.with({ _ in .init(200, "{}") }) { other in
      try await LoopbackServer.with({ .init(307, headers: ["Location": other.address + $0.path]) }) {
        server in
        var weaviate = WeaviateSettings()
        weaviate.url = server.address
        var context7 = Context7Settings()
        context7.apiURL = server.address
        context7.baseURL = server.address
        var model = ModelSettings(timeoutSeconds: 5)
        model.provider = .openai
        model.model = "m"
        model.endpoint = server.address
        try await withStore { [weaviate, context7, model] rows in
          try await WebClient.with(WebClient.Options()) { client in
            await #expect(throws: WeaviateError.self) {
              try await WeaviateStore.open(client, weaviate, key: "key", rows: rows)
            }
            await #expect(throws: SourceError.self) {
              try await Context7Source(client, context7, key: "key").fetch(
                SourceLocation("context7:/a/b?query=c"), validators: Validators())
            }
            await #expect(throws: ModelError.self) {
              try await Embedder(client, model, key: "key")?.vectors(for: ["text"])
            }
          }
        }
        #expect(server.requests.count { $0.headers["authorization"] == "Bearer key" } == 4)
        #expect(other.requests.isEmpty)
      }
    }
  }

  @Test func `a proxy of the environment is used, but not for its exceptions`() async throws {
    // It refuses to tunnel, which is enough to see that it was asked.
    try await LoopbackServer.with({ _ in .init(403) }) { proxy in
      try await LoopbackServer.with({ _ in .init(200, "direct") }) { server in
        let environment = [
          "http_proxy": proxy.address, "HTTPS_PROXY": proxy.address, "no_proxy": "localhost,.internal",
        ]
        for url in ["http://docs.example.org/a.md", "https://docs.example.org/a.md"] {
          await #expect(throws: SourceError.self) {
            try await fetch(url) {
              $0.allowsPrivateHosts = false
              $0.retries = 0
              $0.proxies = ProxySettings(environment: environment)
            }
          }
        }
        #expect(
          proxy.requests.map { "\($0.method) \($0.path)" } == [
            "CONNECT docs.example.org:80", "CONNECT docs.example.org:443",
          ])
        let direct = try await fetch(server.address.replacing("127.0.0.1", with: "localhost")) {
          $0.proxies = ProxySettings(environment: environment)
        }
        #expect(direct == .content("direct", Validators()))
      }
    }
  }

  @Test func `a proxy gets the name and the password that the environment has for it`() async throws {
    try await LoopbackServer.with({ _ in .init(407) }) { proxy in
      let address = proxy.address.replacing("://", with: "://ada:s%40fe@")
      let error = await #expect(throws: SourceError.self) {
        try await fetch("http://docs.example.org/a.md") {
          $0.allowsPrivateHosts = false
          $0.retries = 0
          $0.proxies = ProxySettings(environment: ["http_proxy": address])
        }
      }
      #expect(error?.description.contains("the proxy wants another name and password") == true)
      #expect(
        proxy.requests.first?.headers["proxy-authorization"]
          == "Basic " + Data("ada:s@fe".utf8).base64EncodedString())
    }
  }

  @Test func `a budget counts every request, retries too`() async throws {
    try await LoopbackServer.with({ _ in .init(500) }) { server in
      await #expect(throws: SourceStopped.self) {
        try await fetch(server.address) {
          $0.retries = 5
          $0.requestBudget = 2
        }
      }
      #expect(server.requests.count == 2)
    }
  }

  @Test func `what waits for a server shows at every attempt that it is alive`() async throws {
    let beats = Atomic(0)
    try await LoopbackServer.with({ _ in .init(503, headers: ["Retry-After": "0"]) }) { server in
      await #expect(throws: SourceError.self) {
        try await fetch(server.address) {
          $0.retries = 3
          $0.beat = { beats.add(1, ordering: .relaxed) }
        }
      }
      #expect(server.requests.count == 4)
    }
    #expect(beats.load(ordering: .relaxed) >= 4)
  }

  @Test func `what waits for its turn shows that it is alive`() async throws {
    let beats = Atomic(0)
    try await LoopbackServer.with({ _ in .init(200, "text") }) { server in
      var options = WebClient.Options()
      options.allowsPrivateHosts = true
      options.delay = .milliseconds(300)
      options.beat = { beats.add(1, ordering: .relaxed) }
      try await WebClient.with(options) { client in
        let location = try SourceLocation(server.address)
        try await withThrowingTaskGroup(of: Fetched.self) { group in
          for _ in 0..<3 {
            group.addTask { try await WebSource(client).fetch(location, validators: Validators()) }
          }
          try await group.waitForAll()
        }
      }
    }
    // One for each request, and one for each that had to wait.
    #expect(beats.load(ordering: .relaxed) >= 5)
  }

  @Test func `connections are used again`() async throws {
    try await LoopbackServer.with({ _ in .init(200, "text") }) { server in
      var options = WebClient.Options()
      options.allowsPrivateHosts = true
      try await WebClient.with(options) { client in
        for _ in 0..<20 {
          _ = try await WebSource(client).fetch(SourceLocation(server.address), validators: Validators())
        }
      }
      #expect(server.requests.count == 20)
      #expect(server.connections == 1)
    }
  }
}
