internal import Glibc

/// What this process has used so far, by getrusage(2).
struct ResourceUsage {
  /// Peak resident set in MB (10⁶ bytes).
  let peakMemoryMB: Double
  /// User and system time.
  let cpuSeconds: Double

  static var current: ResourceUsage {
    var usage = rusage()
    getrusage(__rusage_who_t(0), &usage)
    func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
    return ResourceUsage(
      peakMemoryMB: Double(usage.ru_maxrss) * 1024 / 1e6,
      cpuSeconds: seconds(usage.ru_utime) + seconds(usage.ru_stime))
  }
}
