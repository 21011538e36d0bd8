internal import Ctx7Systemd
internal import HTTPTypes
internal import NIOCore
internal import NIOHTTPTypes

/// Keeps one connection within bounds: a request has to come in time, is answered before the connection closes,
/// and nothing that the client does holds the connection for ever.
///
/// It stands between the HTTP decoder and Hummingbird, and runs on the connection's event loop only.
final class ConnectionGuard: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPRequestPart
  typealias InboundOut = HTTPRequestPart
  typealias OutboundIn = HTTPResponsePart
  typealias OutboundOut = HTTPResponsePart

  private enum State {
    /// No byte of a request has been understood yet, or none since the last answer.
    case waiting
    case receiving
    case answering
    /// Answered; what else comes is thrown away until the client closes or the linger time is over.
    case lingering
  }

  private let connections: Connections
  private let limits: ServerLimits
  private var state = State.waiting
  private var bodyBytes = 0
  private var requestHasEnded = false
  private var isDraining = false
  private var deadline: Scheduled<Void>?

  init(_ connections: Connections, _ limits: ServerLimits) {
    self.connections = connections
    self.limits = limits
  }

  func handlerAdded(context: ChannelHandlerContext) {
    let peer = try? context.pipeline.syncOperations.withUnsafeTransportIfAvailable(
      of: NIOBSDSocket.Handle.self, PeerCredentials.init(of:))
    connections.add(context.channel, from: peer ?? nil)
    expect(within: limits.head, context)
  }

  func channelInactive(context: ChannelHandlerContext) {
    deadline?.cancel()
    connections.remove(context.channel)
    context.fireChannelInactive()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    if case .lingering = state { return }
    switch unwrapInboundIn(data) {
    case .head:
      state = .receiving
      bodyBytes = 0
      requestHasEnded = false
      connections.began(context.channel)
      expect(within: limits.body, context)
    case .body(let bytes):
      bodyBytes += bytes.readableBytes
      // The endpoint that reads it answers 413 first; one that does not must not be fed for ever.
      if bodyBytes > limits.bodyBytes + 65_536, case .answering = state { return }
    case .end:
      requestHasEnded = true
      if case .receiving = state { state = .answering }
      boundAnswer(context)
    }
    context.fireChannelRead(data)
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    switch unwrapOutboundIn(data) {
    case .head(var head):
      state = .answering
      // RFC 9112 §9.6: the answer says that it is the last one on this connection.
      if isDraining || !requestHasEnded { head.headerFields[.connection] = "close" }
      context.write(wrapOutboundOut(.head(head)), promise: promise)
    case .body: context.write(data, promise: promise)
    case .end:
      context.writeAndFlush(data, promise: promise)
      answered(context)
    }
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    if case .answering = state { boundAnswer(context) }
    context.fireChannelWritabilityChanged()
  }

  /// Who writes waits until the client has read, also of an earlier answer: for as long as it likes, were it not for this.
  private func boundAnswer(_ context: ChannelHandlerContext) {
    if context.channel.isWritable { deadline?.cancel() } else { expect(within: limits.answer, context) }
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    guard event is Drain else { return context.fireUserInboundEventTriggered(event) }
    isDraining = true
    // A request may be on its way to a connection that has none: it is given a moment.
    if case .waiting = state { expect(within: limits.drain, context) }
  }

  private func answered(_ context: ChannelHandlerContext) {
    connections.ended(context.channel)
    if isDraining || !requestHasEnded {
      state = .lingering
      // Closing at once, with bytes unread, would be a reset, and the client would lose the answer.
      context.close(mode: .output, promise: nil)
      expect(within: limits.linger, context)
    } else {
      state = .waiting
      expect(within: limits.head, context)
    }
  }

  private func expect(within time: TimeAmount, _ context: ChannelHandlerContext) {
    deadline?.cancel()
    let channel = context.channel
    deadline = context.eventLoop.scheduleTask(in: time) { channel.close(promise: nil) }
  }
}

/// The event that tells a connection to finish what it has begun and close.
struct Drain: Sendable {}
