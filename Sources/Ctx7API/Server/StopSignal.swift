internal import Synchronization

/// Given once, by a signal, by a request or by idleness; whoever waits for it goes on.
public final class StopSignal: Sendable {
  private struct State {
    var isGiven = false
    var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
    var lastWaiter = 0
  }

  private let state = Mutex(State())

  /// Creates a signal that has not been given.
  public init() {}

  /// Whether it was given.
  public var isGiven: Bool { state.withLock(\.isGiven) }

  /// Gives it; again does nothing.
  public func give() {
    let waiters = state.withLock { state in
      state.isGiven = true
      defer { state.waiters = [:] }
      return state.waiters.values
    }
    for waiter in waiters { waiter.resume() }
  }

  /// Returns when it is given, or the waiting task is cancelled.
  public func wait() async {
    let waiter = state.withLock { state in
      state.lastWaiter += 1
      return state.lastWaiter
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isOver = state.withLock { state in
          // A cancellation after this look waits for the lock, and finds the waiter registered.
          if state.isGiven || Task.isCancelled { return true }
          state.waiters[waiter] = continuation
          return false
        }
        if isOver { continuation.resume() }
      }
    } onCancel: {
      state.withLock { $0.waiters.removeValue(forKey: waiter) }?.resume()
    }
  }

  /// The same, but not longer than `time`.
  func wait(atMost time: Duration) async {
    await withTaskGroup { group in
      group.addTask { await self.wait() }
      group.addTask { try? await Task.sleep(for: time) }
      await group.next()
      group.cancelAll()
    }
  }
}
