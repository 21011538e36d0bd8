public import Ctx7Model
internal import Glibc

extension Timestamp {
  /// The wall clock's time.
  public static var now: Timestamp {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Timestamp(rawValue: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
  }

  /// As tables show it, in the host's zone: `2026-11-24 03:00:00`.
  public var local: String {
    var seconds = time_t(self.seconds)
    var parts = tm()
    localtime_r(&seconds, &parts)
    let date = [parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday]
    let time = [parts.tm_hour, parts.tm_min, parts.tm_sec]
    func joined(_ values: [CInt], _ separator: String) -> String {
      values.map { Int($0).padded(to: 2) }.joined(separator: separator)
    }
    return "\(joined(date, "-")) \(joined(time, ":"))"
  }
}
