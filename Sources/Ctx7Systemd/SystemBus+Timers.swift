internal import Glibc

extension SystemBus {
  /// When the timers that are active elapse next, in milliseconds since 1970; those that never do are left out.
  ///
  /// - Parameter pattern: a shell pattern of unit names.
  public func nextElapses(matching pattern: String) throws(BusError) -> [String: Int64] {
    var elapses: [String: Int64] = [:]
    let (now, uptime) = (Self.microseconds(CLOCK_REALTIME), Self.microseconds(CLOCK_MONOTONIC))
    let timers = Array(try activeUnits(matching: pattern))
    let numbers = try numbers(
      timers.flatMap {
        [
          UnitNumber("NextElapseUSecRealtime", of: $0, "Timer"),
          UnitNumber("NextElapseUSecMonotonic", of: $0, "Timer"),
        ]
      })
    for (index, timer) in timers.enumerated() {
      let (realtime, monotonic) = (numbers[2 * index], numbers[2 * index + 1])
      // 0 and the highest number both mean never.
      let candidates = [
        realtime, monotonic == 0 || monotonic == .max ? 0 : now + monotonic - min(uptime, monotonic),
      ]
      guard let next = candidates.filter({ $0 != 0 && $0 != .max }).min() else { continue }
      elapses[timer] = Int64(next / 1000)
    }
    return elapses
  }

  private static func microseconds(_ clock: clockid_t) -> UInt64 {
    var time = timespec()
    clock_gettime(clock, &time)
    return UInt64(time.tv_sec) * 1_000_000 + UInt64(time.tv_nsec) / 1000
  }
}
