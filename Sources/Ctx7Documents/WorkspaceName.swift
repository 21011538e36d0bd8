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
    let slug = technology.lowercased().utf8.map { Self.isAllowed($0) ? $0 : UInt8(ascii: "-") }
    guard slug.contains(where: { $0 != UInt8(ascii: "-") }) else { return nil }
    self.init(rawValue: String(decoding: slug, as: UTF8.self) + "-docs")
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
