import Ctx7Documents
import Ctx7Model
import Foundation
import TestSupport
import Testing

@Suite struct FileSourceTests {
  private func fetch(_ path: String) async throws -> Fetched {
    try await FileSource().fetch(SourceLocation("file://\(path)"), validators: Validators())
  }

  @Test func `a file is its text, without a byte order mark`() async throws {
    try await withTemporaryDirectory { directory in
      try write("\u{FEFF}# Widgets", to: directory + "/a.md")
      let fetched = try await fetch(directory + "/a.md")
      #expect(fetched == .content("# Widgets", Validators()))
    }
  }

  @Test func `a folder is its Markdown and text files in name order`() async throws {
    try await withTemporaryDirectory { directory in
      try write("second", to: directory + "/b.txt")
      try write("first", to: directory + "/a.md")
      try write("hidden", to: directory + "/.c.md")
      try write("binary", to: directory + "/d.png")
      let fetched = try await fetch(directory)
      #expect(fetched == .content("first\n\nsecond", Validators()))
    }
  }

  private func reason(_ path: String) async -> SourceError.Reason? {
    do { _ = try await fetch(path) } catch { return (error as? SourceError)?.reason }
    return nil
  }

  @Test func `a missing file is gone, an empty folder has no content, bytes are no text`() async throws {
    try await withTemporaryDirectory { directory in
      #expect(await reason(directory) == .noContent("the folder holds no .md or .txt file"))
      try Data([0x41, 0xFF, 0x42]).write(to: URL(fileURLWithPath: directory + "/bad.md"))
      #expect(await reason(directory + "/bad.md") == .notText)
      #expect(await reason(directory + "/missing.md") == .gone("no such file"))
    }
  }

  @Test(.timeLimit(.minutes(1)))
  func `what is no regular file is not read, and what is too large is not read either`() async throws {
    try await withTemporaryDirectory { directory in
      try write("# A", to: directory + "/a.md")
      try #require(mkfifo(directory + "/b.md", 0o600) == 0)
      #expect(await reason(directory + "/b.md") == .denied("\(directory)/b.md is no regular file"))
      #expect(await reason(directory) == .denied("\(directory)/b.md is no regular file"))
      try FileManager.default.removeItem(atPath: directory + "/b.md")
      // Holes: were it read, it would be no text.
      try write("", to: directory + "/b.md")
      try #require(truncate(directory + "/b.md", 16 << 20 + 1) == 0)
      #expect(await reason(directory + "/b.md") == .noAnswer(.tooLarge(limit: 16 << 20)))
      try #require(truncate(directory + "/b.md", 16 << 20) == 0)
      #expect(await reason(directory + "/b.md") == .notText)
      #expect(await reason(directory) == .noAnswer(.tooLarge(limit: 16 << 20)), "together with the other")
    }
  }

  /// A mount that is not there, the folders that ProtectHome= and PrivateTmp= put in the place of others, and a link
  /// into either.
  @Test func `what is missing with all that is around it is no document that is gone`() async throws {
    try await withTemporaryDirectory { directory in
      func isDenied(_ path: String) async -> Bool {
        if case .denied = await reason(path) { true } else { false }
      }
      #expect(await isDenied(directory + "/a.md"), "in an empty folder")
      #expect(await isDenied(directory + "/docs/a.md"), "in a folder that is not there")
      try FileManager.default.createSymbolicLink(
        atPath: directory + "/a.md", withDestinationPath: "/nonexistent/a.md")
      #expect(await isDenied(directory + "/a.md"), "a link to nothing")
      #expect(await reason(directory + "/b.md") == .gone("no such file"))
    }
  }
}

/// A source that does not try again.
func withWebSource<Result>(delay: Duration = .zero, _ body: (WebSource) async throws -> Result) async throws
  -> Result
{
  var options = WebClient.Options()
  options.allowsPrivateHosts = true
  options.retries = 0
  options.delay = delay
  return try await WebClient.with(options) { try await body(WebSource($0)) }
}

@Suite struct WebSourceTests {
  private func fetch(_ url: String, validators: Validators = Validators()) async throws -> Fetched {
    let location = try SourceLocation(url)
    return try await withWebSource { try await $0.fetch(location, validators: validators) }
  }

  private func reason(_ response: LoopbackServer.Response) async throws -> SourceError.Reason? {
    var reason: SourceError.Reason?
    try await LoopbackServer.with({ _ in response }) { server in
      do { _ = try await fetch(server.address + "/llms.txt") } catch let error as SourceError {
        reason = error.reason
      }
    }
    return reason
  }

  @Test func `text comes with its validators, and we say who we are`() async throws {
    try await LoopbackServer.with({ _ in
      .init(200, "# Widgets", headers: ["ETag": "\"1\"", "Last-Modified": "yesterday"])
    }) {
      server in
      let fetched = try await fetch(server.address + "/llms.txt?tokens=100000")
      #expect(fetched == .content("# Widgets", Validators(etag: "\"1\"", lastModified: "yesterday")))
      let request = try #require(server.requests.first)
      #expect(request.path == "/llms.txt?tokens=100000")
      #expect(request.headers["user-agent"]?.hasPrefix("ctx7-jobs/") == true)
      #expect(request.headers["if-none-match"] == nil)
    }
  }

  @Test func `validators are sent only when there are any, and 304 means not modified`() async throws {
    try await LoopbackServer.with({ $0.headers["if-none-match"] == "\"1\"" ? .init(304) : .init(200, "x") }) {
      server in
      let fetched = try await fetch(server.address, validators: Validators(etag: "\"1\""))
      #expect(fetched == .notModified)
    }
  }

  @Test func `a compressed answer is decompressed`() async throws {
    let text = String(repeating: "widgets ", count: 1000)
    let zipped = try await gzip(text)
    try await LoopbackServer.with({ _ in .init(bytes: zipped, headers: ["Content-Encoding": "gzip"]) }) {
      server in
      let fetched = try await fetch(server.address)
      #expect(fetched == .content(text, Validators()))
    }
  }

  @Test func `an answer that unpacks to more than 16 MiB is refused`() async throws {
    let bomb = try await gzip(String(repeating: "\0", count: 17 << 20))
    #expect(bomb.count < 100_000)
    #expect(
      try await reason(.init(bytes: bomb, headers: ["Content-Encoding": "gzip"]))
        == .noAnswer(.tooLarge(limit: 16 << 20)))
    #expect(
      try await reason(.init(bytes: [UInt8](repeating: 0x41, count: (16 << 20) + 1)))
        == .noAnswer(.tooLarge(limit: 16 << 20)))
  }

  static let answers: [(LoopbackServer.Response, SourceError.Reason)] = [
    (.init(404), .gone("HTTP 404")),
    (.init(410), .gone("HTTP 410")),
    (.init(401), .denied("HTTP 401")),
    (.init(403), .denied("HTTP 403")),
    (.init(429, headers: ["Retry-After": "soon"]), .rateLimited(until: nil)),
    (.init(500), .serverError(status: 500)),
    (.init(503), .serverError(status: 503)),
    (.init(202, "{\"error\":\"library_not_finalized\"}"), .unexpectedStatus(202)),
    (.init(304), .unexpectedStatus(304)),
    (.init(302), .unexpectedStatus(302)),
    (
      .init(302, headers: ["Location": "https://elsewhere.example/llms.txt"]),
      .redirected(to: "https://elsewhere.example/llms.txt")
    ),
    (
      .init(302, headers: ["Location": "file:///etc/passwd"]), .redirectRefused(to: "file:///etc/passwd")
    ),
    (.init(301, headers: ["Location": "/llms.txt"]), .redirectCircle),
    (.init(200, "hello", headers: ["Content-Type": "text/html"]), .noContent("it is an HTML page")),
    (.init(200, " <!DOCTYPE html><p>Sorry"), .noContent("it is an HTML page")),
    (.init(bytes: [0x41, 0xFF]), .notText),
  ]

  @Test(arguments: answers)
  func `whatever is no documentation is refused with its reason`(
    response: LoopbackServer.Response, expected: SourceError.Reason
  ) async throws {
    #expect(try await reason(response) == expected)
  }

  static let words: [(SourceError.Reason, String)] = [
    (.unexpectedStatus(204), "HTTP 204 has no content"),
    (.unexpectedStatus(302), "a redirect without a Location (HTTP 302)"),
    (.unexpectedStatus(418), "HTTP 418 instead of a document"),
    (.refused(status: 400, "validation_error"), "refused (HTTP 400, validation_error)"),
    (.refused(status: 400, nil), "refused (HTTP 400)"),
    (.noAnswer(.damaged), "the compressed answer is damaged"),
    (.redirectCircle, "redirects in a circle"),
    (.redirectedTooOften(limit: 5), "redirects more than 5 times"),
    (
      .redirectRefused(to: "file:///etc/passwd"),
      "redirected to file:///etc/passwd, which is refused: redirects lead to http and https only"
    ),
    (
      .rateLimited(until: Timestamp(rawValue: 0)),
      "asks to be left alone until 1970-01-01T00:00:00Z (HTTP 429)"
    ),
    (
      .serverError(status: 503, until: Timestamp(rawValue: 0)),
      "the server failed and asks to be left alone until 1970-01-01T00:00:00Z (HTTP 503)"
    ),
  ]

  @Test(arguments: words)
  func `a reason says what the source did`(reason: SourceError.Reason, words: String) throws {
    let location = try SourceLocation("https://example.org/llms.txt")
    #expect("\(SourceError(location, reason))" == "https://example.org/llms.txt: \(words)")
  }

  @Test func `redirects that lead on and on are followed five times`() async throws {
    try await LoopbackServer.with({ .init(301, headers: ["Location": $0.path + "x"]) }) { server in
      let error = await #expect(throws: SourceError.self) { try await fetch(server.address + "/") }
      #expect(error?.reason == .redirectedTooOften(limit: 5))
      #expect(server.requests.count == 6)
    }
  }

  @Test func `a compressed answer that is damaged is called so, and is no matter of the connection`()
    async throws
  {
    var zipped = try await gzip(String(repeating: "widgets ", count: 1000))
    for index in 12..<20 { zipped[index] ^= 0xFF }
    let reason = try #require(
      try await reason(.init(bytes: zipped, headers: ["Content-Encoding": "gzip"])))
    #expect(reason == .noAnswer(.damaged))
    #expect(SourceError(try SourceLocation("https://example.org/"), reason).errorClass == .content)
  }

  @Test func `a redirect on the same host is followed`() async throws {
    try await LoopbackServer.with({ request in
      request.path == "/new" ? .init(200, "moved") : .init(301, headers: ["Location": "/new"])
    }) { server in
      let fetched = try await fetch(server.address + "/old")
      #expect(fetched == .content("moved", Validators()))
    }
  }

  @Test func `an answer that is cut off is no content`() async throws {
    var response = LoopbackServer.Response(200, String(repeating: "x", count: 1000))
    response.cutAfter = 500
    guard case .noAnswer(.unreachable) = try await reason(response) else {
      return #expect(Bool(false), "a cut answer was taken")
    }
  }

  @Test func `nobody listening is a connection error`() async throws {
    // The discard service, which nobody offers any more; a port that was free a moment ago may be somebody else's now.
    let address = "http://127.0.0.1:9"
    let location = try SourceLocation(address)
    let error = await #expect(throws: SourceError.self) {
      _ = try await withWebSource { try await $0.fetch(location, validators: Validators()) }
    }
    #expect(error?.errorClass == .connection)
    #expect(error?.description == "\(address)/: connection refused")
    let named = try SourceLocation(address.replacing("127.0.0.1", with: "localhost"))
    let second = await #expect(throws: SourceError.self) {
      _ = try await withWebSource { try await $0.fetch(named, validators: Validators()) }
    }
    #expect(second?.description.hasSuffix(": connection refused") == true)
  }

  @Test func `requests to one host are kept apart`() async throws {
    try await LoopbackServer.with({ _ in .init(200, "x") }) { server in
      let location = try SourceLocation(server.address)
      let clock = ContinuousClock()
      let elapsed = try await clock.measure {
        try await withWebSource(delay: .milliseconds(100)) { source in
          try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
              group.addTask { _ = try await source.fetch(location, validators: Validators()) }
            }
            try await group.waitForAll()
          }
        }
      }
      #expect(elapsed >= .milliseconds(300))
      #expect(server.requests.count == 4)
    }
  }

  private func gzip(_ text: String) async throws -> [UInt8] {
    try await withTemporaryDirectory { directory in
      try write(text, to: directory + "/text")
      _ = try await Program.run("gzip", [directory + "/text"])
      return Array(try Data(contentsOf: URL(fileURLWithPath: directory + "/text.gz")))
    }
  }
}
