/// The name of a workspace: lower-case letters, digits, `_` and `-`, at most 64 bytes.
///
/// The alphabet is that of Weaviate's tenant names, so that both stores take the same names.
public struct WorkspaceName: RawRepresentable, Hashable, Comparable, Sendable, CustomStringConvertible {
  /// The name itself.
  public let rawValue: String

  /// Creates a name; nil when the text is not one.
  public init?(rawValue: String) {
    guard (1...64).contains(rawValue.utf8.count), rawValue.utf8.allSatisfy(Self.isAllowed) else { return nil }
    self.rawValue = rawValue
  }

  /// The workspace of a technology: `next.js` becomes `next-js-docs`; nil when nothing of it can stay.
  public init?(technology: String) {
    self.init(slug: technology + "-docs", needing: technology)
  }

  /// A name that others have given, with a hyphen for what may not be in one; nil when nothing of it can stay.
  public init?(slug: String) {
    self.init(slug: slug, needing: slug)
  }

  private init?(slug: String, needing part: String) {
    guard part.lowercased().utf8.contains(where: { Self.isAllowed($0) && $0 != UInt8(ascii: "-") }) else {
      return nil
    }
    // A hyphen in front would be taken for an option wherever the name is given.
    let name = slug.lowercased().utf8.map { Self.isAllowed($0) ? $0 : UInt8(ascii: "-") }
      .drop { $0 == UInt8(ascii: "-") }
    self.init(rawValue: String(decoding: name, as: UTF8.self))
  }

  /// The text for people.
  public var description: String { rawValue }

  /// Orders by bytes.
  public static func < (left: WorkspaceName, right: WorkspaceName) -> Bool { left.rawValue < right.rawValue }

  private static func isAllowed(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"),
      UInt8(ascii: "-"):
      true
    default: false
    }
  }
}
