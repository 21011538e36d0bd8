internal import Synchronization

/// The signal that told this process to stop, once there is one.
final class StopSignal: Sendable {
  private let number = Mutex<CInt?>(nil)

  var signal: CInt? { number.withLock { $0 } }

  func note(_ signal: CInt) { number.withLock { $0 = $0 ?? signal } }
}
