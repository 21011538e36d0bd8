/// A point in time as whole milliseconds since 1970-01-01T00:00:00Z, the unit in which everything is stored.
///
/// Pure code takes a `Timestamp` as an argument; only the executables read the clock.
public struct Timestamp: RawRepresentable, Hashable, Comparable, Sendable {
  /// Milliseconds since 1970-01-01T00:00:00Z, negative before.
  public var rawValue: Int64

  /// Creates a timestamp from milliseconds since 1970.
  public init(rawValue: Int64) {
    self.rawValue = rawValue
  }

  /// Creates a timestamp from whole seconds since 1970.
  public init(seconds: Int64) {
    self.rawValue = seconds * 1000
  }

  /// The instants that systemd's calendar knows, those of 1970 to 2199 (systemd.time(7), "Calendar Events").
  public static let calendar = Timestamp(seconds: 0)...Timestamp(seconds: 7_258_118_399)

  /// Whole seconds since 1970, rounded down.
  public var seconds: Int64 {
    rawValue.quotientFloor(1000).quotient
  }

  /// Orders by time.
  public static func < (left: Timestamp, right: Timestamp) -> Bool {
    left.rawValue < right.rawValue
  }

  /// The timestamp that lies `milliseconds` later.
  public func adding(milliseconds: Int64) -> Timestamp {
    Timestamp(rawValue: rawValue + milliseconds)
  }

  /// The timestamp that lies `seconds` later.
  public func adding(seconds: Int64) -> Timestamp {
    Timestamp(rawValue: rawValue + seconds * 1000)
  }

  /// The timestamp that lies `days` times 24 hours later.
  public func adding(days: Int64) -> Timestamp {
    adding(seconds: days * 86_400)
  }

  /// Milliseconds from `earlier` to this timestamp.
  public func milliseconds(since earlier: Timestamp) -> Int64 {
    rawValue - earlier.rawValue
  }
}
