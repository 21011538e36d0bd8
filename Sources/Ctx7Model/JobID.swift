/// The name of a job: lower-case letters, digits, `_`, `.` and `-`, at most 200 bytes.
///
/// The alphabet is what a systemd unit name holds without escaping (systemd.unit(5), "String Escaping for
/// Inclusion in Unit Names"), so that a job's units are always `ctx7-job-ID.timer` and `ctx7-job-ID.service`.
public struct JobID: RawRepresentable, Hashable, Comparable, Sendable, CustomStringConvertible {
  /// The name itself.
  public let rawValue: String

  /// What a job id may look like, for messages.
  public static let grammar =
    "lower-case letters, digits, '_', '.' and '-', beginning with a letter or digit, at most 200 bytes"

  /// Creates an id; nil when the text is not one.
  public init?(rawValue: String) {
    let bytes = rawValue.utf8
    guard let first = bytes.first, Self.isAlphanumeric(first), bytes.count <= 200,
      bytes.allSatisfy({ Self.isAlphanumeric($0) || $0 == 0x5F || $0 == 0x2E || $0 == 0x2D })
    else { return nil }
    self.rawValue = rawValue
  }

  /// The name itself.
  public var description: String { rawValue }

  /// What the names of all units of jobs begin with; no other unit of ours does.
  public static let unitPrefix = "ctx7-job-"

  /// `ctx7-job-ID.timer`
  public var timerUnit: String { "\(Self.unitPrefix)\(rawValue).timer" }

  /// The job of a timer unit; nil when it is none of ours.
  public static func ofTimer(_ unit: String) -> JobID? {
    guard unit.hasPrefix(unitPrefix), unit.hasSuffix(".timer") else { return nil }
    return JobID(rawValue: String(unit.dropFirst(unitPrefix.count).dropLast(".timer".count)))
  }

  /// `ctx7-job-ID.service`
  public var serviceUnit: String { "\(Self.unitPrefix)\(rawValue).service" }

  /// Whether drop-ins for its units would apply to all units whose names begin with its own (systemd.unit(5),
  /// "foo-.service.d"): no job is configured under such an id, histories may hold it.
  public var isPrefixOfUnits: Bool { rawValue.hasSuffix("-") }

  /// Orders by bytes.
  public static func < (left: JobID, right: JobID) -> Bool {
    left.rawValue < right.rawValue
  }

  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte)
  }
}
