public import Ctx7Model
internal import Foundation
internal import Synchronization

/// Documents of Context7: a whole library by its `llms.txt`, or what its API answers to a query.
///
/// Upstream's search tells first whether a library has changed at all: one call a library and run.
public struct Context7Source: Sendable {
  /// Writes a step of the pipeline's log, with the fields that follow the correlation id.
  public typealias Announce = @Sendable (String, PipelineMetrics.Level, [PipelineMetrics.Field]) -> Void

  private let client: WebClient
  private let settings: Context7Settings
  private let key: String?
  private let timeout: Duration
  private let announce: Announce
  private let run = RunState()
  private static let redirectLimit = 2

  /// Creates a source on a client.
  ///
  /// - Parameter key: of the API; nil where there is none, with upstream's lower limits.
  public init(
    _ client: WebClient, _ settings: Context7Settings, key: String?, timeout: Duration = .seconds(60),
    announce: @escaping Announce = { _, _, _ in }
  ) {
    self.client = client
    self.settings = settings
    self.key = key
    self.timeout = timeout
    self.announce = announce
  }

  /// What one run has learned.
  private final class RunState: Sendable {
    let libraries = Mutex<[LibraryID: Upstream?]>([:])
    let stop = Mutex<SourceStopped?>(nil)
  }

  /// Fetches what is there now.
  ///
  /// - Throws: `SourceStopped`, at once for every later document too, when there is no point in asking again.
  public func fetch(_ location: SourceLocation, validators: Validators) async throws -> Fetched {
    guard case .context7(let library, let query) = location.kind else {
      preconditionFailure("not of Context7: \(location)")
    }
    if let stop = run.stop.withLock({ $0 }) { throw stop }
    do {
      let id = validators.libraryID ?? library
      let upstream = try await upstream(of: id, query)
      if let known = validators.upstream?.revision, known == upstream?.revision { return .notModified }
      return try await content(id, query, upstream, location)
    } catch let stop as SourceStopped {
      run.stop.withLock { $0 = $0 ?? stop }
      throw stop
    }
  }

  private func content(
    _ library: LibraryID, _ query: String?, _ upstream: Upstream?, _ location: SourceLocation
  )
    async throws -> Fetched
  {
    var id = library
    for _ in 0...Self.redirectLimit {
      let response = try await send(url(id, query), location)
      if response.status == 200 {
        let text = try response.documentText(location)
        guard text.contains(where: { !$0.isWhitespace }) else {
          throw SourceError(location, .noContent("an empty answer: not found, or not indexed yet"))
        }
        var validators = Validators(of: response)
        validators.upstream = upstream
        if case .context7(let tracked, _) = location.kind, tracked != id { validators.libraryID = id }
        return .content(text, validators)
      }
      guard let moved = Self.movedTo(response) else { throw try failure(response, location) }
      id = moved
    }
    throw SourceError(location, .redirectedTooOften(limit: Self.redirectLimit))
  }

  private func url(_ library: LibraryID, _ query: String?) -> String {
    guard let query else { return "\(settings.baseURL)\(library)/llms.txt?tokens=\(settings.tokens)" }
    return "\(settings.apiURL)/v2/context?libraryId=\(library.rawValue.queryEscaped)"
      + "&query=\(query.queryEscaped)&type=txt"
  }

  /// The library that an answer names instead: in the body of the API's 301, in the path of a redirect.
  private static func movedTo(_ response: WebResponse) -> LibraryID? {
    guard [301, 302, 307, 308].contains(response.status) else { return nil }
    if let id = try? JSONValue(parsing: response.text)["redirectUrl"]?.string {
      return LibraryID(rawValue: id)
    }
    guard let target = response.headers["location"], target.hasPrefix("/"), !target.hasPrefix("//") else {
      return nil
    }
    let path = target.prefix { $0 != "?" }
    return path.hasSuffix("/llms.txt") ? LibraryID(rawValue: String(path.dropLast(9))) : nil
  }
}

extension Context7Source {
  fileprivate struct Answer: Decodable {
    struct Library: Decodable {
      var id: String
      var lastUpdateDate: String?
      var state: String?
      var totalTokens: Int?
      var totalSnippets: Int?
      var stars: Int?
    }
    var results: [Library]
  }

  /// What upstream's search says of a library; nil when it does not say.
  private func upstream(of library: LibraryID, _ query: String?) async throws -> Upstream? {
    if let known = run.libraries.withLock({ $0[library] }) { return known }
    let clock = ContinuousClock()
    let start = clock.now
    let query = query ?? "documentation"
    announce(
      "context7_search_start", .info, [.init("query", .text(query)), .init("provider", .text("context7"))])
    func fields(_ more: [PipelineMetrics.Field]) -> [PipelineMetrics.Field] {
      [.init("duration_ms", .integer(Int((clock.now - start) / .milliseconds(1))))] + more
    }
    do {
      let found = try await search(library, query)
      announce(
        "context7_search_complete", .info,
        fields([
          .init("technology", .text(library.name)), .init("owner", .text(library.owner)),
          .init("result_count", .integer(found.count)), .init("success", .flag(true)),
        ]))
      let upstream = found.first { $0.id == library.rawValue }.flatMap(Upstream.init)
      run.libraries.withLock { $0[library] = .some(upstream) }
      return upstream
    } catch let error as SourceError {
      // The text itself may still come; if it does not, its own error tells why.
      announce(
        "context7_search_error", .warning,
        fields([.init("error", .text(error.description)), .init("success", .flag(false))]))
      run.libraries.withLock { $0[library] = .some(nil) }
      return nil
    }
  }

  private func search(_ library: LibraryID, _ query: String) async throws -> [Answer.Library] {
    let location = SourceLocation(library: library)
    let response = try await send(
      "\(settings.apiURL)/v2/libs/search?libraryName=\(library.name.queryEscaped)"
        + "&query=\(query.queryEscaped)&fast=true", location)
    guard response.status == 200 else { throw try failure(response, location) }
    guard let answer = try? JSONDecoder().decode(Answer.self, from: Data(response.body)) else {
      throw SourceError(location, .noContent("the search answered something else than JSON"))
    }
    return answer.results
  }

  private func send(_ url: String, _ location: SourceLocation) async throws -> WebResponse {
    var request = WebRequest("GET", url)
    request.isSource = true
    request.timeout = timeout
    // The key goes to the API alone, which is where it belongs.
    if let key, url.hasPrefix(settings.apiURL + "/") {
      request.headers = [("Authorization", "Bearer \(key)")]
    }
    do {
      return try await client.send(request)
    } catch let failure as WebFailure {
      if let stop = SourceStopped(failure) { throw stop }
      throw SourceError(location, .noAnswer(failure))
    }
  }

  /// - Returns: why this document cannot be had.
  /// - Throws: `SourceStopped` where no document can.
  private func failure(_ response: WebResponse, _ location: SourceLocation) throws -> SourceError {
    let body = try? JSONValue(parsing: response.text)
    let word = body?["error"]?.string?.clipped
    let code = word ?? "HTTP \(response.status)"
    switch response.status {
    case 401:
      throw SourceStopped(
        .configuration,
        "Context7 refuses the API key (\(code)); put a valid one into the credential context7-api-key")
    case 402:
      throw SourceStopped(
        .quota, "Context7: the spending limit of this month is reached (\(code))")
    case 429:
      let wait = client.wait(askedBy: response).map { ", come back at \($0)" } ?? ""
      throw SourceStopped(.rateLimit, "Context7 asks to be called less often (\(code)\(wait))")
    case 202: return SourceError(location, .noContent("the library is not indexed yet (\(code))"))
    case 404, 410: return SourceError(location, .gone(code))
    case 403: return SourceError(location, .denied(code))
    case 503:
      return SourceError(location, .serverError(status: 503, until: client.wait(askedBy: response)))
    case 500...: return SourceError(location, .serverError(status: response.status))
    default: return SourceError(location, .refused(status: response.status, word))
    }
  }
}

extension Upstream {
  fileprivate init?(_ library: Context7Source.Answer.Library) {
    guard library.state ?? "finalized" == "finalized", let date = library.lastUpdateDate else { return nil }
    let totals = [library.totalTokens, library.totalSnippets].map { $0.map(String.init) ?? "?" }
    self.init(
      revision: ([date] + totals).joined(separator: "/"), changedAt: Timestamp(rfc3339: date),
      stars: library.stars.map { max($0, 0) })
  }
}
