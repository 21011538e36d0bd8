internal import Ctx7Systemd
internal import Hummingbird
internal import HummingbirdCore
internal import Logging
internal import NIOCore
internal import NIOHTTPTypes
internal import NIOPosix

/// Serves HTTP on sockets that systemd holds, until it is told to stop or has been idle for a while.
///
/// The sockets outlive the process: what connects while nobody serves waits in their queue and makes systemd
/// start the service again, so stopping loses no request.
struct ActivatedServer: Sendable {
  private let respond: @Sendable (Request, APIContext) async throws -> Response
  private let sockets: [ActivatedSocket]
  private let limits: ServerLimits
  private let logger: Logger
  private let stop: StopSignal

  init(
    _ sockets: [ActivatedSocket], limits: ServerLimits, stop: StopSignal, logger: Logger,
    respond: @escaping @Sendable (Request, APIContext) async throws -> Response
  ) {
    self.sockets = sockets
    self.limits = limits
    self.stop = stop
    self.logger = logger
    self.respond = respond
  }

  private typealias Child = NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>
  private typealias Listener = NIOAsyncChannel<Child, Never>

  /// Serves; returns when `stop` was given or the server was idle, and every request has its answer.
  func run() async throws {
    let connections = Connections(limit: limits.connections)
    let http = HTTP1Channel(responder: responder(connections), configuration: configuration(connections))
    // One loop for listeners and connections: what a listener has accepted is handed on before it can be closed.
    let loop = MultiThreadedEventLoopGroup.singleton.next()
    var listeners: [Listener] = []
    for socket in sockets {
      listeners.append(
        try await ServerBootstrap(group: loop).bind(socket.descriptor) { [logger] in
          http.setup(channel: $0, logger: logger)
        })
    }
    try await withThrowingDiscardingTaskGroup { [listeners] group in
      for listener in listeners {
        group.addTask { try await accept(listener, http) }
      }
      group.addTask { await waitUntilIdle(connections) }
      await stop.wait()
      for listener in listeners { try? await listener.channel.close() }
      connections.drain()
    }
  }

  private func accept(_ listener: Listener, _ http: HTTP1Channel) async throws {
    try await listener.executeThenClose { clients in
      try await withThrowingDiscardingTaskGroup { group in
        for try await client in clients {
          group.addTask { await http.handle(value: client, logger: logger) }
        }
      }
    }
  }

  /// Gives the stop signal when nobody has asked for anything for a while.
  private func waitUntilIdle(_ connections: Connections) async {
    while !stop.isGiven {
      let left = limits.idle - connections.idleTime
      guard left > .zero else { return stop.give() }
      await stop.wait(atMost: left)
    }
  }

  private func configuration(_ connections: Connections) -> HTTP1Channel.Configuration {
    HTTP1Channel.Configuration(
      additionalChannelHandlers: [ConnectionGuard(connections, limits)],
      httpDecoderConfiguration: .init(
        maxHeaderFieldSize: limits.headerBytes, maxHeaderListSize: limits.headerBytes,
        maxHeaderFieldCount: 100))
  }

  private func responder(_ connections: Connections) -> HTTPChannelHandler.Responder {
    { [respond, logger] request, writer, channel in
      var context = APIContext(source: ApplicationRequestContextSource(channel: channel, logger: logger))
      context.peer = connections.peer(of: channel)
      let response = try await respond(request, context)
      try await writer.write(response: response.head, body: response.body)
    }
  }
}
