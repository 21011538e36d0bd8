/// Keeps requests to one host apart, whichever task sends them.
actor HostPacer {
  private let delay: Duration
  private var next: [String: ContinuousClock.Instant] = [:]

  /// - Parameter delay: from the start of one request to the start of the next; zero for none.
  init(delay: Duration) {
    self.delay = delay
  }

  /// Returns when it is the caller's turn.
  func turn(for host: String) async throws {
    guard delay > .zero else { return }
    let now = ContinuousClock.now
    let turn = max(next[host] ?? now, now)
    next[host] = turn + delay
    if turn > now { try await Task.sleep(until: turn, clock: .continuous) }
  }
}
