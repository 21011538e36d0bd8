internal import Glibc

/// What this process and the children that it waited for have used so far.
struct ResourceUsage {
  /// The largest resident set of a process in MB (10⁶ bytes). What cgroup v2 counts of the unit, "memory.peak", holds
  /// the file cache as well, which the kernel takes back whenever it needs it.
  let peakMemoryMB: Double
  /// User and system time.
  let cpuSeconds: Double

  static var current: ResourceUsage {
    let (own, children) = (usage(RUSAGE_SELF), usage(RUSAGE_CHILDREN))
    return ResourceUsage(
      peakMemoryMB: max(
        peakResidentMB ?? Double(own.ru_maxrss) * 1024 / 1e6, Double(children.ru_maxrss) * 1024 / 1e6),
      cpuSeconds: cpuSeconds(own, children))
  }

  /// The time alone, which costs no look into /proc.
  static var cpuSeconds: Double { cpuSeconds(usage(RUSAGE_SELF), usage(RUSAGE_CHILDREN)) }

  private static func cpuSeconds(_ own: rusage, _ children: rusage) -> Double {
    [own.ru_utime, own.ru_stime, children.ru_utime, children.ru_stime].map(seconds).reduce(0, +)
  }

  /// `VmHWM` (proc(5)): unlike ru_maxrss it begins anew with the program, however large the one was that started it.
  private static var peakResidentMB: Double? {
    guard
      let line = text("/proc/self/status")?.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") })
    else { return nil }
    return Double(line.filter(\.isNumber)).map { $0 * 1024 / 1e6 }
  }

  private static func usage(_ who: __rusage_who) -> rusage {
    var usage = rusage()
    getrusage(__rusage_who_t(who.rawValue), &usage)
    return usage
  }

  private static func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }

  private static func text(_ path: String) -> String? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    let bytes = [UInt8](unsafeUninitializedCapacity: 4096) { buffer, count in
      count = max(0, read(descriptor, buffer.baseAddress, buffer.count))
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
