internal import Glibc

/// What the host has, whatever bounds a unit.
struct HostCapacity {
  /// In MB (10⁶ bytes); nil when unknown.
  let memoryMB: Double?
  /// How many cores there are.
  let cores: Int

  static var current: HostCapacity {
    // glibc asks sysinfo(2) for the pages, not /proc/meminfo, which ProcSubset=pid hides.
    let (pages, size) = (sysconf(Int32(_SC_PHYS_PAGES)), sysconf(Int32(_SC_PAGESIZE)))
    return HostCapacity(
      memoryMB: pages > 0 && size > 0 ? Double(pages) * Double(size) / 1e6 : nil,
      cores: max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))))
  }
}
