/// A time zone's offsets from UTC: what tzfile(5) says of the past, and the rule that goes on for ever.
public struct ZoneRules: Hashable, Sendable {
  /// The IANA name.
  public let name: String
  /// When the offset changes, ascending, in seconds since 1970.
  private let transitions: [Int64]
  /// The offsets before the first transition, then after each.
  private let offsets: [Int]

  /// Coordinated Universal Time.
  public static let utc = ZoneRules(name: "UTC", transitions: [], offsets: [0])

  private init(name: String, transitions: [Int64], offsets: [Int]) {
    self.name = name
    self.transitions = transitions
    self.offsets = offsets
  }

  /// Reads the contents of a zone file, version 2 or later (RFC 8536); nil when they are not one.
  public init?(name: String, tzif bytes: [UInt8]) {
    guard let file = ZoneFile(bytes) else { return nil }
    var transitions = file.transitions
    var offsets = file.offsets
    if let rule = file.footer {
      // The footer's rule holds after the last transition; schedules look at most to the year 2200.
      for change in rule.changes(years: 1970..<2200) where change.instant > transitions.last ?? .min {
        transitions.append(change.instant)
        offsets.append(change.offset)
      }
    }
    self.init(name: name, transitions: transitions, offsets: offsets)
  }

  /// Seconds east of UTC at an instant (in seconds since 1970).
  public func offset(at instant: Int64) -> Int {
    offsets[index(at: instant)]
  }

  /// The instant at which clocks first show a local time; nil when they never do, because it is skipped.
  ///
  /// - Parameter local: seconds since 1970 were the zone UTC.
  public func instant(ofLocal local: Int64) -> Int64? {
    // No zone is further from UTC than a day, and changes are weeks apart.
    let before = index(at: local - 86_400)
    let after = index(at: local + 86_400)
    for index in before...after {
      let instant = local - Int64(offsets[index])
      if self.index(at: instant) == index { return instant }
    }
    return nil
  }

  /// A change of the clocks.
  public struct Change: Hashable, Sendable {
    /// In seconds since 1970.
    public let instant: Int64
    /// Seconds east of UTC until then.
    public let offsetBefore: Int
    /// Seconds east of UTC from then on.
    public let offsetAfter: Int
    /// How far the clocks are set: forward is positive.
    public var shift: Int { offsetAfter - offsetBefore }
  }

  /// The changes of the clocks after `start` and not after `end`.
  public func changes(after start: Timestamp, through end: Timestamp) -> [Change] {
    let first = index(at: start.seconds)
    let last = index(at: end.seconds)
    return (first..<last).map {
      Change(instant: transitions[$0], offsetBefore: offsets[$0], offsetAfter: offsets[$0 + 1])
    }.filter { $0.shift != 0 }
  }

  /// The number of transitions that are not after `instant`.
  private func index(at instant: Int64) -> Int {
    var low = 0
    var high = transitions.count
    while low < high {
      let middle = (low + high) / 2
      if transitions[middle] <= instant { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
