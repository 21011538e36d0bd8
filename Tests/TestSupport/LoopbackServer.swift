internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import NIOSSL
internal import Synchronization

/// A web server on 127.0.0.1 for one test: it answers what the test has planned, remembers what it was asked, and
/// counts how many requests it was busy with at once.
public final class LoopbackServer: Sendable {
  /// A request as it came.
  public struct Request: Sendable {
    /// `GET` and the like.
    public let method: String
    /// With the query.
    public let path: String
    /// All of it.
    public let body: [UInt8]
    /// By lower-case name; the last one where a name comes twice.
    public let headers: [String: String]
  }

  /// An answer as the test plans it.
  public struct Response: Sendable {
    /// Of HTTP.
    public var status = 200
    /// `Content-Length` is added.
    public var headers: [String: String] = ["Content-Type": "text/plain; charset=utf-8"]
    /// All of it.
    public var body: [UInt8] = []
    /// Before anything is sent.
    public var delay: Duration = .zero
    /// Close the connection after this many bytes of the body.
    public var cutAfter: Int?
    /// Close the connection without a word.
    public var isDropped = false
    /// Send the body in eight pieces with this pause before each.
    public var drip: Duration?
    /// Another `Content-Length` than that of the body; the connection closes behind the body.
    public var claimedLength: Int?

    /// An answer with text.
    public init(
      _ status: Int = 200, _ body: String = "", headers: [String: String] = [:], delay: Duration = .zero
    ) {
      self.status = status
      self.body = Array(body.utf8)
      self.headers.merge(headers) { $1 }
      self.delay = delay
    }

    /// An answer with bytes.
    public init(bytes: [UInt8], headers: [String: String] = [:]) {
      body = bytes
      self.headers.merge(headers) { $1 }
    }
  }

  private struct Record {
    var requests: [Request] = []
    var busy = 0
    var mostBusy = 0
    var unplanned: [String] = []
    var connections = 0
    var counted = 0
  }

  /// Requests that are kept for tests to look at.
  private static let remembered = 10_000

  private let record = Mutex(Record())
  private let plan: @Sendable (Request) -> Response?
  /// `http://127.0.0.1:PORT`, or `https://localhost:PORT`
  public let address: String

  /// What was asked, in order.
  public var requests: [Request] { record.withLock(\.requests) }
  /// The most requests that were under way at once.
  public var mostAtOnce: Int { record.withLock(\.mostBusy) }

  /// How many requests there were; more than `requests` has of a long run.
  public var counted: Int { record.withLock(\.counted) }
  /// Connections that were made.
  public var connections: Int { record.withLock(\.connections) }

  /// A request that the test did not plan.
  public struct Unplanned: Error, CustomStringConvertible {
    /// The text for people.
    public let description: String
  }

  private init(address: String, plan: @escaping @Sendable (Request) -> Response?) {
    self.address = address
    self.plan = plan
  }

  /// Serves while `body` runs.
  ///
  /// - Parameters:
  ///   - certificate: speaks TLS with it.
  ///   - plan: the answer to a request; nil fails the test.
  /// - Throws: `Unplanned` at the end, when a request was not planned for.
  public static func with(
    certificate: ServerCertificate? = nil, _ plan: @escaping @Sendable (Request) -> Response?,
    _ body: (LoopbackServer) async throws -> Void
  ) async throws {
    let shared = ServerBox()
    let tls = try certificate?.context()
    let channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          let pipeline = channel.pipeline.syncOperations
          if let tls { try pipeline.addHandler(NIOSSLServerHandler(context: tls)) }
          try pipeline.configureHTTPServerPipeline()
          try pipeline.addHandler(Handler(shared))
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    let host = tls == nil ? "http://127.0.0.1" : "https://localhost"
    let server = LoopbackServer(address: "\(host):\(channel.localAddress?.port ?? 0)", plan: plan)
    shared.server.withLock { $0 = server }
    do {
      try await body(server)
      try await channel.close()
    } catch {
      try? await channel.close()
      throw error
    }
    let unplanned = server.record.withLock(\.unplanned)
    guard unplanned.isEmpty else {
      throw Unplanned(description: "not planned: \(unplanned.joined(separator: ", "))")
    }
  }

  fileprivate func connected() {
    record.withLock { $0.connections += 1 }
  }

  fileprivate func begin(_ request: Request) -> Response {
    let response = plan(request)
    record.withLock { record in
      record.counted += 1
      if record.requests.count < Self.remembered { record.requests.append(request) }
      record.busy += 1
      record.mostBusy = max(record.mostBusy, record.busy)
      if response == nil { record.unplanned.append("\(request.method) \(request.path)") }
    }
    return response ?? Response(500, "not planned")
  }

  fileprivate func end() {
    record.withLock { $0.busy -= 1 }
  }

  private final class ServerBox: Sendable {
    let server = Mutex<LoopbackServer?>(nil)
  }

  private final class Handler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let box: ServerBox
    private var head: HTTPRequestHead?
    private var body: [UInt8] = []

    init(_ box: ServerBox) { self.box = box }

    func channelActive(context: ChannelHandlerContext) {
      box.server.withLock { $0 }?.connected()
      context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      switch unwrapInboundIn(data) {
      case .head(let head):
        self.head = head
        body = []
      case .body(let part): body += part.readableBytesView
      case .end:
        guard let head, let server = box.server.withLock({ $0 }) else { return context.close(promise: nil) }
        let request = Request(
          method: head.method.rawValue, path: head.uri, body: body,
          headers: Dictionary(head.headers.map { ($0.name.lowercased(), $0.value) }, uniquingKeysWith: { $1 })
        )
        let response = server.begin(request)
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        let nanoseconds = response.delay.components.attoseconds / 1_000_000_000
        let delay = TimeAmount.seconds(response.delay.components.seconds) + .nanoseconds(nanoseconds)
        context.eventLoop.scheduleTask(in: delay) {
          server.end()
          bound.value.0.answer(response, bound.value.1)
        }
      }
    }

    private func answer(_ response: Response, _ context: ChannelHandlerContext) {
      guard !response.isDropped else { return context.close(promise: nil) }
      var headers = HTTPHeaders(response.headers.map { ($0.key, $0.value) })
      headers.replaceOrAdd(
        name: "Content-Length", value: String(response.claimedLength ?? response.body.count))
      let head = HTTPResponseHead(
        version: .http1_1, status: .init(statusCode: response.status), headers: headers)
      context.write(wrapOutboundOut(.head(head)), promise: nil)
      let body = response.body.prefix(response.cutAfter ?? .max)
      if let pause = response.drip { return drip(Array(body), pause, context) }
      context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: body)))), promise: nil)
      if response.cutAfter != nil || response.claimedLength != nil {
        context.flush()
        context.close(promise: nil)
      } else {
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
      }
    }

    private func drip(_ body: [UInt8], _ pause: Duration, _ context: ChannelHandlerContext) {
      context.flush()
      let piece = max(1, body.count / 8)
      let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
      for (number, start) in stride(from: 0, to: body.count, by: piece).enumerated() {
        let delay = TimeAmount.nanoseconds(Int64(pause / .nanoseconds(1))) * (number + 1)
        context.eventLoop.scheduleTask(in: delay) {
          let (handler, context) = bound.value
          let bytes = body[start..<min(start + piece, body.count)]
          context.writeAndFlush(
            handler.wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: bytes)))), promise: nil)
          if start + piece >= body.count {
            context.writeAndFlush(handler.wrapOutboundOut(.end(nil)), promise: nil)
          }
        }
      }
    }
  }
}
