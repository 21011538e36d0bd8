internal import Ctx7Systemd
internal import NIOCore
internal import Synchronization

/// All open connections: how many there are, which are idle, and how to end them.
final class Connections: Sendable {
  private struct Entry {
    let channel: any Channel
    /// Who connected; nil over TCP.
    let peer: PeerCredentials?
    /// Counts up with every event, so that the smallest one among the idle is idle for longest.
    var order: Int
    var isBusy = false
  }

  private struct State {
    var entries: [ObjectIdentifier: Entry] = [:]
    var clock = 0
    var lastActivity = ContinuousClock.now
    var isDraining = false
  }

  private let state = Mutex(State())
  private let limit: Int

  init(limit: Int) {
    self.limit = limit
  }

  /// Registers a connection; beyond the limit the one that has been idle for longest is closed.
  func add(_ channel: any Channel, from peer: PeerCredentials?) {
    let (surplus, isDraining) = state.withLock { state -> ((any Channel)?, Bool) in
      state.clock += 1
      // Its request is on the way.
      state.lastActivity = .now
      state.entries[ObjectIdentifier(channel)] = Entry(
        channel: channel, peer: peer, order: state.clock)
      guard state.entries.count > limit else { return (nil, state.isDraining) }
      let idle = state.entries.values.lazy.filter { !$0.isBusy }.min { $0.order < $1.order }
      if let idle { state.entries[ObjectIdentifier(idle.channel)] = nil }
      return (idle?.channel ?? channel, state.isDraining)
    }
    surplus?.close(promise: nil)
    if isDraining { channel.pipeline.fireUserInboundEventTriggered(Drain()) }
  }

  func remove(_ channel: any Channel) {
    state.withLock { $0.entries[ObjectIdentifier(channel)] = nil }
  }

  /// Who is at the other end of a Unix socket; nil over TCP.
  func peer(of channel: any Channel) -> PeerCredentials? {
    state.withLock { $0.entries[ObjectIdentifier(channel)]?.peer }
  }

  func began(_ channel: any Channel) {
    note(channel, isBusy: true)
  }

  func ended(_ channel: any Channel) {
    note(channel, isBusy: false)
  }

  /// Tells every connection, those to come as well, to close once it has answered what it was asked.
  func drain() {
    let channels = state.withLock { state in
      state.isDraining = true
      return state.entries.values.map(\.channel)
    }
    for channel in channels { channel.pipeline.fireUserInboundEventTriggered(Drain()) }
  }

  /// How long there has been no request.
  var idleTime: Duration {
    state.withLock { state in
      state.entries.values.contains(where: \.isBusy) ? .zero : ContinuousClock.now - state.lastActivity
    }
  }

  private func note(_ channel: any Channel, isBusy: Bool) {
    state.withLock { state in
      state.clock += 1
      state.lastActivity = .now
      state.entries[ObjectIdentifier(channel)]?.isBusy = isBusy
      state.entries[ObjectIdentifier(channel)]?.order = state.clock
    }
  }
}
