/// A library of Context7: `/owner/repo`, with a version behind it where one is meant: `/owner/repo/v1.2`.
public struct LibraryID: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
  /// The id, with its leading slash.
  public let rawValue: String

  /// Reads an id; nil for anything else.
  public init?(rawValue: String) {
    let parts = rawValue.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
    guard rawValue.hasPrefix("/"), (2...3).contains(parts.count), rawValue.utf8.count <= 300,
      parts.allSatisfy({ part in
        !part.isEmpty && part != "." && part != ".." && part.utf8.allSatisfy(Self.isAllowed)
      })
    else { return nil }
    self.rawValue = rawValue
  }

  /// The first part: an owner, or `websites`, `npm` and the like.
  public var owner: String { String(rawValue.dropFirst().prefix { $0 != "/" }) }
  /// The second part, without a version.
  public var name: String {
    String(rawValue.dropFirst(owner.utf8.count + 2).prefix { $0 != "/" && $0 != "@" })
  }
  /// The id.
  public var description: String { rawValue }

  private static func isAllowed(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: "-._~@+".utf8.contains(byte)
    }
  }
}
