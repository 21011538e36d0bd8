/// Picks the values of `H` and `a~b`: the same for a job on every host and at every time, different among jobs.
///
/// FNV-1a (64 bits) over the job id, a colon and the name of the field, mixed by the finalizer of MurmurHash3 so
/// that ids that differ in one letter are far apart. Changing it would move the jobs of everybody who uses `H`.
struct CronHash {
  private let job: [UInt8]

  init(_ job: JobID?) { self.job = Array((job?.rawValue ?? "").utf8) }

  /// A value of the range.
  func value(in range: ClosedRange<Int>, field: String) -> Int {
    var text = FNV1a()
    text.add(job)
    text.add(":\(field)".utf8)
    var hash = text.value
    hash = (hash ^ hash >> 33) &* 0xFF51_AFD7_ED55_8CCD
    hash = (hash ^ hash >> 33) &* 0xC4CE_B9FE_1A85_EC53
    hash ^= hash >> 33
    return range.lowerBound + Int(hash % UInt64(range.count))
  }
}
