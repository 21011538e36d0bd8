internal import Ctx7Model
internal import Foundation
internal import Synchronization

/// Context7's API and the libraries' `llms.txt` in memory; a request that no route is for fails the test.
public final class FakeContext7: Sendable {
  /// A library as the search shows it.
  public struct Library: Sendable {
    /// What `llms.txt` and any query answer with.
    public var text: String
    /// `lastUpdateDate`
    public var updated: String
    /// `state`
    public var state = "finalized"
    /// `stars`
    public var stars = 10

    /// A library that is indexed.
    public init(_ text: String, updated: String = "2026-09-01T00:00:00Z") {
      self.text = text
      self.updated = updated
    }
  }

  private struct State {
    var libraries: [String: Library] = [:]
    var key: String?
    var content: LoopbackServer.Response?
    var search: LoopbackServer.Response?
  }

  private let state = Mutex(State())

  /// A server without libraries.
  public init() {}

  /// The library of an id, as tests set and change it.
  public subscript(id: String) -> Library? {
    get { state.withLock { $0.libraries[id] } }
    set { state.withLock { $0.libraries[id] = newValue } }
  }

  /// The API key it wants; nil for none.
  public func require(key: String?) { state.withLock { $0.key = key } }

  /// Answers every request for content with this; nil answers as it should.
  public func answerContent(with response: LoopbackServer.Response?) {
    state.withLock { $0.content = response }
  }

  /// Answers every search with this; nil answers as it should.
  public func answerSearch(with response: LoopbackServer.Response?) {
    state.withLock { $0.search = response }
  }

  /// An error in the shape of the API.
  public static func error(_ status: Int, _ code: String, headers: [String: String] = [:])
    -> LoopbackServer
    .Response
  {
    json(["error": .string(code), "message": "words for people"], status, headers)
  }

  /// Answers a request; nil for one that no route is for.
  public func answer(_ request: LoopbackServer.Request) -> LoopbackServer.Response? {
    guard request.method == "GET", let url = URLComponents(string: request.path) else { return nil }
    let query = Dictionary(
      (url.queryItems ?? []).map { ($0.name, $0.value ?? "") }, uniquingKeysWith: { $1 })
    let state = state.withLock { $0 }
    if url.path.hasSuffix("/llms.txt") {
      guard request.headers["authorization"] == nil, Int(query["tokens"] ?? "") != nil else { return nil }
      return state.content ?? Self.text(state.libraries[String(url.path.dropLast(9))])
    }
    guard url.path.hasPrefix("/api/v2/") else { return nil }
    if let key = state.key, request.headers["authorization"] != "Bearer \(key)" {
      return Self.error(401, "invalid_api_key")
    }
    switch url.path {
    case "/api/v2/libs/search":
      guard let name = query["libraryName"], (1...500).contains(name.count), query["query"]?.isEmpty == false
      else { return Self.error(400, "validation_error") }
      return state.search ?? Self.search(name, state.libraries)
    case "/api/v2/context":
      guard let id = query["libraryId"], query["query"]?.isEmpty == false, query["type"] == "txt" else {
        return Self.error(400, "validation_error")
      }
      return state.content ?? Self.text(state.libraries[id])
    default: return nil
    }
  }

  private static func text(_ library: Library?) -> LoopbackServer.Response {
    library.map { .init(200, $0.text) } ?? error(404, "library_not_found")
  }

  private static func search(_ name: String, _ libraries: [String: Library]) -> LoopbackServer.Response {
    let found = libraries.filter { $0.key.lowercased().contains(name.lowercased()) }.sorted {
      $0.key < $1.key
    }
    guard !found.isEmpty else { return error(404, "no_libraries_found") }
    return json([
      "results": .array(
        found.map { id, library in
          [
            "id": .string(id), "title": .string(id), "description": "", "branch": "main",
            "lastUpdateDate": .string(library.updated), "state": .string(library.state),
            "totalTokens": JSONValue(library.text.count / 4), "totalSnippets": 1,
            "stars": JSONValue(library.stars), "trustScore": 9.5, "versions": [],
          ]
        }), "searchFilterApplied": false,
    ])
  }

  private static func json(_ value: JSONValue, _ status: Int = 200, _ headers: [String: String] = [:])
    -> LoopbackServer.Response
  {
    .init(status, value.description, headers: ["Content-Type": "application/json"].merging(headers) { $1 })
  }
}
