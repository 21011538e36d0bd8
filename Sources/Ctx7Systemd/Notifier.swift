internal import CSystemd

/// Tells the service manager how the process is doing (sd_notify(3)); does nothing outside a unit.
public struct Notifier: Sendable {
  private let isListening: Bool
  /// The longest silence that systemd allows, in milliseconds; nil when no watchdog is set.
  public let watchdogMilliseconds: Int64?

  /// Creates a notifier from the process environment (`NOTIFY_SOCKET`, `WATCHDOG_USEC`).
  public init(environment: [String: String]) {
    isListening = environment["NOTIFY_SOCKET"] != nil
    watchdogMilliseconds = environment["WATCHDOG_USEC"].flatMap { Int64($0) }.map { $0 / 1000 }
  }

  /// Sets the text that `systemctl status` shows.
  public func status(_ text: String) {
    // One assignment a line: a newline in the text would begin another assignment.
    send("STATUS=" + text.split(whereSeparator: \.isNewline).joined(separator: " "))
  }

  /// Proves that the process is alive; the first call arms the watchdog of a oneshot service.
  public func watchdog() {
    if watchdogMilliseconds != nil { send("WATCHDOG=1") }
  }

  /// Asks for more time than `TimeoutStartSec=` gives: so many seconds from now (sd_notify(3),
  /// "EXTEND_TIMEOUT_USEC=").
  public func extendTimeout(seconds: Int) {
    send("EXTEND_TIMEOUT_USEC=\(seconds)000000")
  }

  private func send(_ state: String) {
    guard isListening else { return }
    // A status that gets lost harms nothing, so the result is not looked at.
    _ = sd_notify(0, state)
  }
}
