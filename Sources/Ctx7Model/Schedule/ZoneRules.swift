/// A time zone's offsets from UTC: what tzfile(5) says of the past, and the rule that goes on for ever.
public struct ZoneRules: Hashable, Sendable {
  /// The IANA name.
  public let name: String
  /// When the clocks are set, ascending, in seconds since 1970.
  private let transitions: [Int64]
  /// The offsets before the first transition, then after each.
  let offsets: [Int]
  /// Whether each of the offsets is called daylight saving time.
  private let daylight: [Bool]

  /// Coordinated Universal Time.
  public static let utc = ZoneRules(name: "UTC", transitions: [], offsets: [0], daylight: [false])

  private init(name: String, transitions: [Int64], offsets: [Int], daylight: [Bool]) {
    self.name = name
    // What changes is the name of the time, or whether it is called daylight saving time.
    let shifts = transitions.indices.filter { offsets[$0] != offsets[$0 + 1] }
    self.transitions = shifts.map { transitions[$0] }
    self.offsets = [offsets[0]] + shifts.map { offsets[$0 + 1] }
    // What was called so when the clocks were set, which may be later than when the offset began.
    self.daylight = (shifts + [offsets.count - 1]).map { daylight[$0] }
  }

  /// Reads the contents of a zone file, version 2 or later (RFC 8536); nil when they are not one.
  public init?(name: String, tzif bytes: [UInt8]) {
    guard let file = ZoneFile(bytes) else { return nil }
    var transitions = file.transitions
    var offsets = file.offsets
    var daylight = file.daylight
    if let rule = file.footer {
      // The footer's rule holds after the last transition; schedules look at most to the year 2200.
      for change in rule.changes(years: 1970..<2200) where change.instant > transitions.last ?? .min {
        transitions.append(change.instant)
        offsets.append(change.offset)
        daylight.append(change.isDaylight)
      }
    }
    self.init(name: name, transitions: transitions, offsets: offsets, daylight: daylight)
  }

  /// Seconds east of UTC at an instant (in seconds since 1970).
  public func offset(at instant: Int64) -> Int {
    offsets[index(at: instant)]
  }

  /// A change of the clocks.
  public struct Change: Hashable, Sendable {
    /// In seconds since 1970.
    public let instant: Int64
    /// Seconds east of UTC until then.
    public let offsetBefore: Int
    /// Seconds east of UTC from then on.
    public let offsetAfter: Int
    /// Whether it leads out of what is called daylight saving time; forward where that is winter (Europe/Dublin).
    let endsDaylight: Bool
    /// How far the clocks are set: forward is positive.
    public var shift: Int { offsetAfter - offsetBefore }
  }

  /// The changes of the clocks after `start` and not after `end`.
  public func changes(after start: Timestamp, through end: Timestamp) -> [Change] {
    let first = index(at: start.seconds)
    let last = index(at: end.seconds)
    return first < last ? (first + 1...last).compactMap(change) : []
  }

  /// The change that a stretch between changes begins with; nil for the first stretch, and beyond the last.
  func change(into index: Int) -> Change? {
    guard index > 0, index < offsets.count else { return nil }
    return Change(
      instant: transitions[index - 1], offsetBefore: offsets[index - 1], offsetAfter: offsets[index],
      endsDaylight: daylight[index - 1] && !daylight[index])
  }

  /// The first second of a stretch.
  func start(of index: Int) -> Int64 { index > 0 ? transitions[index - 1] : .min }

  /// The first second after a stretch.
  func end(of index: Int) -> Int64 { index < transitions.count ? transitions[index] : .max }

  /// The stretch that an instant lies in: the number of changes that are not after it.
  func index(at instant: Int64) -> Int {
    var low = 0
    var high = transitions.count
    while low < high {
      let middle = (low + high) / 2
      if transitions[middle] <= instant { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
