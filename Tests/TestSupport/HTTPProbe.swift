internal import Foundation
internal import NIOCore
internal import NIOPosix

/// A client that sends exactly the bytes a test wants, well-formed or not, and says what came back.
public struct HTTPProbe: Sendable {
  /// Where the server listens.
  public enum Address: Sendable {
    case file(String)
    case port(Int)
  }

  /// An answer, taken apart.
  public struct Answer: Sendable {
    /// 0 when nothing came.
    public let status: Int
    /// By lower-case name.
    public let headers: [String: String]
    /// All of it.
    public let body: String
  }

  private let address: Address

  /// Names a server; connects for each request anew.
  public init(_ address: Address) {
    self.address = address
  }

  /// Sends one request and reads its answer.
  public func request(
    _ method: String, _ path: String, headers: [String: String] = [:], body: String = ""
  ) async throws -> Answer {
    let lines =
      ["\(method) \(path) HTTP/1.1", "Host: localhost", "Connection: close"]
      + headers.map { "\($0.key): \($0.value)" }
      + (body.isEmpty ? [] : ["Content-Length: \(body.utf8.count)"])
    return Self.answer(try await exchange(lines.joined(separator: "\r\n") + "\r\n\r\n" + body))
  }

  /// Reads one path.
  public func get(_ path: String, headers: [String: String] = [:]) async throws -> Answer {
    try await request("GET", path, headers: headers)
  }

  /// Sends bytes, one write a part, and reads until the server closes.
  ///
  /// - Parameter pause: between two parts.
  /// - Returns: what came; a connection that was reset has answered with what came before.
  public func exchange(_ parts: String..., pause: Duration = .zero) async throws -> String {
    try await exchange(parts) { try await Task.sleep(for: pause) }
  }

  /// The same, with something to do between two parts.
  public func exchange(_ parts: [String], between: @Sendable () async throws -> Void) async throws -> String {
    var received = ByteBuffer()
    do {
      try await patientlyConnected().executeThenClose { inbound, outbound in
        // A server may answer and close before it has read everything.
        async let writing: Void = Self.write(parts, to: outbound, between: between)
        for try await var buffer in inbound { received.writeBuffer(&buffer) }
        try? await writing
      }
    } catch is IOError {
    } catch is ChannelError {
    }
    return String(buffer: received)
  }

  private static func write(
    _ parts: [String], to outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>,
    between: @Sendable () async throws -> Void
  ) async throws {
    for (index, part) in parts.enumerated() {
      if index > 0 { try await between() }
      try await outbound.write(ByteBuffer(string: part))
    }
  }

  /// Opens connections that send nothing, and closes them after `body`.
  public func holdingConnections(_ count: Int, _ body: () async throws -> Void) async throws {
    var channels: [any Channel] = []
    for _ in 0..<count { channels.append(try await connect { $0 }) }
    try await body()
    for channel in channels { try? await channel.close() }
  }

  /// Sends bytes, and reads nothing of the answer.
  ///
  /// - Returns: whether the server has closed the connection before `time` was over.
  public func isClosedUnread(_ request: String, within time: Duration) async throws -> Bool {
    let channel = try await connect { $0.channelOption(.autoRead, value: false) }
    try await channel.writeAndFlush(ByteBuffer(string: request))
    return await withTaskGroup { group in
      group.addTask {
        _ = try? await channel.closeFuture.get()
        return true
      }
      group.addTask {
        try? await Task.sleep(for: time)
        return false
      }
      let isClosed = await group.next() ?? false
      group.cancelAll()
      channel.close(promise: nil)
      return isClosed
    }
  }

  private func connect(_ configured: (ClientBootstrap) -> ClientBootstrap) async throws -> any Channel {
    let bootstrap = configured(ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup))
    switch address {
    case .file(let path): return try await bootstrap.connect(unixDomainSocketPath: path).get()
    case .port(let port): return try await bootstrap.connect(host: "127.0.0.1", port: port).get()
    }
  }

  /// A server that a test has just started may not listen yet.
  private func patientlyConnected() async throws -> NIOAsyncChannel<ByteBuffer, ByteBuffer> {
    for _ in 0..<500 {
      if let channel = try? await connect() { return channel }
      try await Task.sleep(for: .milliseconds(20))
    }
    return try await connect()
  }

  private func connect() async throws -> NIOAsyncChannel<ByteBuffer, ByteBuffer> {
    let bootstrap = ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
    let setUp: @Sendable (any Channel) -> EventLoopFuture<NIOAsyncChannel<ByteBuffer, ByteBuffer>> = {
      channel in
      channel.eventLoop.makeCompletedFuture { try NIOAsyncChannel(wrappingChannelSynchronously: channel) }
    }
    switch address {
    case .file(let path):
      return try await bootstrap.connect(unixDomainSocketPath: path, channelInitializer: setUp)
    case .port(let port):
      return try await bootstrap.connect(host: "127.0.0.1", port: port, channelInitializer: setUp)
    }
  }

  private static func answer(_ text: String) -> Answer {
    let end = text.range(of: "\r\n\r\n")
    let lines = text[..<(end?.lowerBound ?? text.endIndex)].components(separatedBy: "\r\n")
    let status = lines[0].split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
    let headers = lines.dropFirst().compactMap { line -> (String, String)? in
      let parts = line.split(separator: ":", maxSplits: 1)
      return parts.count == 2 ? (parts[0].lowercased(), parts[1].trimmingCharacters(in: .whitespaces)) : nil
    }
    return Answer(
      status: status, headers: Dictionary(headers, uniquingKeysWith: { "\($0), \($1)" }),
      body: end.map { String(text[$0.upperBound...]) } ?? "")
  }
}
