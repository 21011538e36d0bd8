public import NIOCore

/// What one client may cost.
public struct ServerLimits: Sendable {
  /// Until a request's head is complete, idle connections included.
  public var head: TimeAmount = .seconds(20)
  /// From a request's head to the end of its body.
  public var body: TimeAmount = .seconds(20)
  /// How long an answer waits for a client that does not read it.
  public var answer: TimeAmount = .seconds(20)
  /// How long an unfinished request body is drained after its answer.
  public var linger: TimeAmount = .seconds(1)
  /// How long a connection without a request may still bring one while the server stops.
  public var drain: TimeAmount = .milliseconds(250)
  /// Bytes of all headers of a request.
  public var headerBytes = 16_384
  /// Bytes of a request's body.
  public var bodyBytes = 65_536
  /// Connections at once; one more closes the one that has been idle for longest.
  public var connections = 500
  /// How long the service stays without a request.
  public var idle: Duration = .seconds(60)

  /// Creates the limits of the service.
  public init() {}
}
