internal import AsyncHTTPClient
public import Ctx7Model
internal import Foundation
internal import NIOCore
internal import NIOHTTP1
internal import NIOHTTPCompression
internal import NIOPosix

/// The one way to the network: connections that are used again, time-outs, limits, retries, the request budget.
///
/// Redirects are never followed here, so that no credential ever travels to another host than its own.
public struct WebClient: Sendable {
  private let pool: ConnectionPool
  private let pacer: HostPacer
  private let budget: RequestBudget
  private let options: Options

  /// What holds for all requests of one run.
  public struct Options: Sendable {
    /// The longest that a connection may take to come about.
    public var connectTimeout = Duration.seconds(10)
    /// From the start of one request to a source to the start of the next one to the same host.
    public var delay = Duration.zero
    /// Requests to sources in this run; nil for no limit.
    public var requestBudget: Int?
    /// How often a request is sent again that failed in a way that may pass.
    public var retries = 2
    /// The delay before the first retry at most; it doubles with every further one.
    public var retryDelay = Duration.milliseconds(500)
    /// Until when waiting for a server that asked for it is worth while; nil for no such time.
    public var deadline: ContinuousClock.Instant?
    /// Whether documents may come from loopback and private addresses.
    public var allowsPrivateHosts = false
    /// The proxy variables of the environment.
    public var proxies = ProxySettings()
    /// Called at every attempt, and every minute while one is waited for: what waits is not stuck.
    public var beat: @Sendable () -> Void = {}
    /// The wall clock, by which messages say until when a server asks to be left alone.
    public var now: @Sendable () -> Timestamp = {
      Timestamp(rawValue: Int64(Date().timeIntervalSince1970 * 1000))
    }
    /// A number from 0 up to 1, for the jitter of retries.
    public var random: @Sendable () -> Double = { Double.random(in: 0..<1) }

    /// The defaults.
    public init() {}

    /// Those that are configured.
    public init(
      _ fetch: FetchSettings, delaySeconds: Double, deadline: ContinuousClock.Instant?,
      environment: [String: String]
    ) {
      connectTimeout = .seconds(fetch.connectTimeoutSeconds)
      delay = .seconds(delaySeconds)
      requestBudget = fetch.requestBudget
      retries = fetch.retries
      self.deadline = deadline
      allowsPrivateHosts = fetch.allowPrivateHosts
      proxies = ProxySettings(environment: environment)
    }
  }

  /// Opens a client, hands it to `body` and closes its connections.
  public static func with<Result>(_ options: Options, _ body: (WebClient) async throws -> Result) async throws
    -> Result
  {
    let pool = ConnectionPool(connectTimeout: options.connectTimeout, proxies: options.proxies)
    let client = WebClient(
      pool: pool, pacer: HostPacer(delay: options.delay), budget: RequestBudget(options.requestBudget),
      options: options)
    do {
      let result = try await body(client)
      try await pool.shutdown()
      return result
    } catch {
      try? await pool.shutdown()
      throw error
    }
  }

  /// Sends a request, again where what went wrong may pass.
  ///
  /// - Returns: the last answer, whatever its status.
  /// - Throws: `WebFailure` when there was no answer, or none that may be read; `CancellationError`.
  func send(_ request: WebRequest) async throws -> WebResponse {
    // A connection to a larger number would be the end of the process: NIO takes it for what it cannot be.
    guard PortNumber.isUsable(in: request.url) else {
      throw WebFailure.unreachable("\(request.host): there is no such port")
    }
    var attempt = 0
    while true {
      let wait: Duration
      do {
        let response = try await sendOnce(request)
        guard let again = pause(after: response, request, attempt) else { return response }
        wait = again
      } catch let failure as WebFailure {
        guard failure.mayPass, attempt < options.retries else { throw failure }
        wait = jittered(attempt)
      }
      attempt += 1
      try await sleep(for: wait)
    }
  }

  /// Shows that what waits is not stuck.
  func beat() { options.beat() }

  /// Until when a server asks to be left alone; nil where it does not say.
  func wait(askedBy response: WebResponse) -> Timestamp? {
    response.retryAfter.map { options.now().adding(seconds: $0.components.seconds) }
  }

  private func sleep(for duration: Duration) async throws {
    let loop = MultiThreadedEventLoopGroup.singleton.any()
    let end = ContinuousClock.now + duration
    while case let left = end - .now, left > .zero {
      try await loop.sleep(for: min(left, .seconds(60)))
      options.beat()
    }
  }

  private func sendOnce(_ request: WebRequest) async throws -> WebResponse {
    options.beat()
    if request.mustBePublic, !options.allowsPrivateHosts {
      // A proxy looks names up by itself, perhaps in a network that this host does not see.
      try await PublicAddress.check(request.host, looksUp: !options.proxies.covers(request.url))
    }
    if request.isSource {
      try budget.take()
      try await sleep(for: pacer.turn(for: request.host))
    }
    var message = HTTPClientRequest(url: request.url)
    message.method = .init(rawValue: request.method)
    message.headers.add(name: "User-Agent", value: "ctx7-jobs/1.0")
    for (name, value) in request.headers { message.headers.add(name: name, value: value) }
    if let body = request.body { message.body = .bytes(ByteBuffer(string: body)) }
    do {
      return try await exchange(message, request)
    } catch {
      throw translated(error, request)
    }
  }

  /// The client's own time-out ends with the head of an answer; a body that drips would take for ever.
  private func exchange(_ message: HTTPClientRequest, _ request: WebRequest) async throws -> WebResponse {
    try await withThrowingTaskGroup(of: WebResponse.self) { group in
      group.addTask {
        let response = try await pool.client(for: request.url).execute(
          message, timeout: TimeAmount(request.timeout))
        let body = try await response.body.collect(upTo: request.limit)
        let headers = Dictionary(
          response.headers.map { ($0.name.lowercased(), $0.value) }, uniquingKeysWith: { first, _ in first })
        return WebResponse(
          status: Int(response.status.code), headers: headers, body: Array(body.readableBytesView),
          retryAfter: RetryAfter.read(headers, receivedAt: options.now()))
      }
      group.addTask {
        try await sleep(for: request.timeout)
        throw WebFailure.timedOut
      }
      defer { group.cancelAll() }
      guard let response = try await group.next() else { throw CancellationError() }
      return response
    }
  }

  /// How long to wait before the request is sent again; nil when the answer stands.
  private func pause(after response: WebResponse, _ request: WebRequest, _ attempt: Int) -> Duration? {
    guard attempt < options.retries, !request.isFinal(response) else { return nil }
    if let asked = response.retryAfter, [429, 503].contains(response.status) {
      // A server that is configured may ask for all the time there is; any other one would stall a whole workspace.
      let isShort = asked <= Self.longestWait
      guard let deadline = options.deadline else { return isShort ? asked : nil }
      return (isShort || !request.mustBePublic) && ContinuousClock.now + asked < deadline ? asked : nil
    }
    return request.passingStatuses.contains(response.status) ? jittered(attempt) : nil
  }

  /// Without a deadline, and by whoever is not configured, a server that asks for more than this is not waited for.
  private static let longestWait = Duration.seconds(120)

  /// Full jitter: anything up to a bound that doubles, 8 s at most.
  private func jittered(_ attempt: Int) -> Duration {
    min(options.retryDelay * (1 << min(attempt, 10)), .seconds(8)) * options.random()
  }

  private func translated(_ error: any Error, _ request: WebRequest) -> any Error {
    switch error {
    case is CancellationError, is WebFailure: error
    case let error as HTTPClientError where error == .cancelled: CancellationError()
    case let error as HTTPClientError where Self.timeouts.contains(error): WebFailure.timedOut
    case ChannelError.connectTimeout: WebFailure.timedOut
    case is NIOTooManyBytesError, NIOHTTPDecompression.DecompressionError.limit:
      WebFailure.tooLarge(limit: request.limit)
    case is NIOHTTPDecompression.DecompressionError, is NIOHTTPDecompression.ExtraDecompressionError:
      WebFailure.damaged
    default:
      WebFailure.unreachable(WebFailure.words(for: error, proxy: options.proxies.proxy(for: request.url)))
    }
  }

  private static let timeouts: [HTTPClientError] = [.connectTimeout, .readTimeout, .deadlineExceeded]
}
