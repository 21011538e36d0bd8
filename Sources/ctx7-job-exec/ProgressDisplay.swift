import Ctx7CLI
import Ctx7Model
import Synchronization

/// Shows a person at a terminal how far the work has come, on one line that replaces itself; a log file gets a
/// plain line every five seconds.
final class ProgressDisplay: Sendable {
  private let isInteractive: Bool
  private let uptimeMilliseconds: @Sendable () -> Int64
  private let last = Mutex<Int64?>(nil)

  init(uptimeMilliseconds: @escaping @Sendable () -> Int64) {
    isInteractive = Console.isInteractive
    self.uptimeMilliseconds = uptimeMilliseconds
  }

  func show(_ progress: JobProgress) {
    let interval: Int64 = isInteractive ? 100 : 5000
    let now = uptimeMilliseconds()
    let isDue = last.withLock { last in
      if let last, now - last < interval { return false }
      last = now
      return true
    }
    guard isDue else { return }
    if isInteractive {
      Console.replaceLine(progress.text)
    } else {
      Console.standardError(progress.text)
    }
  }

  func clear() {
    if isInteractive { Console.replaceLine("") }
  }
}
