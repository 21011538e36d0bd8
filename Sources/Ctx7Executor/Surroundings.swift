public import Ctx7Model
internal import Glibc

/// The outside world as an execution sees it: the only place where clocks and randomness come in.
public struct Surroundings: Sendable {
  /// The wall clock.
  public var now: @Sendable () -> Timestamp
  /// Milliseconds of a clock that never steps.
  public var uptimeMilliseconds: @Sendable () -> Int64
  /// Eight hexadecimal digits that nobody had before.
  public var randomHex: @Sendable () -> String
  /// When the system was booted, by the wall clock as it goes now.
  public var bootedAt: @Sendable () -> Timestamp
  /// Whether the system is shutting down.
  public var systemIsStopping: @Sendable () -> Bool
  /// Stops the timer of a job that has fired for the last time.
  public var stopTimer: @Sendable (JobID) throws -> Void
  /// `$INVOCATION_ID`; nil outside a unit.
  public var invocationID: String?
  /// Whose systemd it is, for hints.
  public var scope = Scope.system

  /// Creates surroundings.
  public init(
    now: @escaping @Sendable () -> Timestamp,
    uptimeMilliseconds: @escaping @Sendable () -> Int64,
    randomHex: @escaping @Sendable () -> String,
    bootedAt: @escaping @Sendable () -> Timestamp,
    systemIsStopping: @escaping @Sendable () -> Bool = { false },
    stopTimer: @escaping @Sendable (JobID) throws -> Void = { _ in },
    invocationID: String? = nil
  ) {
    self.now = now
    self.uptimeMilliseconds = uptimeMilliseconds
    self.randomHex = randomHex
    self.bootedAt = bootedAt
    self.systemIsStopping = systemIsStopping
    self.stopTimer = stopTimer
    self.invocationID = invocationID
  }

  /// This process on this host.
  ///
  /// - Parameter managerStart: when the service manager was started, by both clocks, the monotonic one in milliseconds:
  ///   what counts as the boot, in a container too. Nil where none is known.
  public static func real(
    environment: [String: String], systemIsStopping: @escaping @Sendable () -> Bool = { false },
    stopTimer: @escaping @Sendable (JobID) throws -> Void = { _ in },
    managerStart: @escaping @Sendable () -> (uptime: Int64, wallClock: Timestamp)? = { nil }
  ) -> Surroundings {
    Surroundings(
      now: { Timestamp(rawValue: milliseconds(of: CLOCK_REALTIME)) },
      uptimeMilliseconds: { milliseconds(of: CLOCK_MONOTONIC) },
      randomHex: randomHex,
      bootedAt: {
        let start = managerStart()
        // The monotonic clock stands still while the machine sleeps, and time does not.
        let uptime = milliseconds(of: CLOCK_BOOTTIME) - (start?.uptime ?? 0)
        let counted = Timestamp(rawValue: milliseconds(of: CLOCK_REALTIME) - uptime)
        // That is too early where the machine slept before the manager was started, as a user's is after many a sleep.
        // The manager's own reading is too early where the clock was set only afterwards.
        return max(counted, start?.wallClock ?? counted)
      },
      systemIsStopping: systemIsStopping,
      stopTimer: stopTimer,
      invocationID: environment["INVOCATION_ID"])
  }

  /// Eight hexadecimal digits.
  @Sendable public static func randomHex() -> String {
    let digits = String(UInt32.random(in: .min ... .max), radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }

  private static func milliseconds(of clock: clockid_t) -> Int64 {
    var time = timespec()
    clock_gettime(clock, &time)
    return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
  }
}
