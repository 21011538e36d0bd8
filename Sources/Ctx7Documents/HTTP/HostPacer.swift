/// Keeps requests to one host apart, whichever task sends them.
actor HostPacer {
  private let delay: Duration
  private var next: [String: ContinuousClock.Instant] = [:]

  /// - Parameter delay: from the start of one request to the start of the next; zero for none.
  init(delay: Duration) {
    self.delay = delay
  }

  /// Takes the next turn.
  ///
  /// - Returns: how long the caller has to wait for it.
  func turn(for host: String) -> Duration {
    let now = ContinuousClock.now
    let turn = max(next[host] ?? now, now)
    next[host] = turn + delay
    return turn - now
  }
}
