/// A JSON document as a value; objects keep the order in which they were built.
public enum JSONValue: Hashable, Sendable {
  case null
  case bool(Bool)
  case integer(Int64)
  case number(Double)
  case string(String)
  case array([JSONValue])
  case object([Member])

  /// One name and value of an object.
  public struct Member: Hashable, Sendable {
    /// The key.
    public var name: String
    /// What stands behind it.
    public var value: JSONValue

    /// Creates a member.
    public init(_ name: String, _ value: JSONValue) {
      self.name = name
      self.value = value
    }
  }

  /// The value of an object's member; nil where there is none.
  public subscript(name: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.name == name }?.value
  }
}

extension JSONValue: ExpressibleByDictionaryLiteral, ExpressibleByArrayLiteral, ExpressibleByStringLiteral,
  ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral, ExpressibleByFloatLiteral, ExpressibleByNilLiteral
{
  /// Creates a value from a literal.
  public init(dictionaryLiteral elements: (String, JSONValue)...) {
    self = .object(elements.map { Member($0, $1) })
  }

  /// Creates a value from a literal.
  public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
  /// Creates a value from a literal.
  public init(stringLiteral value: String) { self = .string(value) }
  /// Creates a value from a literal.
  public init(integerLiteral value: Int64) { self = .integer(value) }
  /// Creates a value from a literal.
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  /// Creates a value from a literal.
  public init(floatLiteral value: Double) { self = .number(value) }
  /// Creates a value from a literal.
  public init(nilLiteral: ()) { self = .null }

  /// An integer.
  public init(_ value: some BinaryInteger) { self = .integer(Int64(value)) }
  /// A string, or null.
  public init(_ value: String?) { self = value.map(JSONValue.string) ?? .null }
  /// A timestamp as RFC 3339, or null.
  public init(_ value: Timestamp?) { self = value.map { .string($0.description) } ?? .null }
  /// A number, or null; JSON has no infinities, they become null too.
  public init(_ value: Double?) {
    guard let value, value.isFinite else {
      self = .null
      return
    }
    self = .number(value)
  }
}

extension JSONValue: CustomStringConvertible {
  /// Compact JSON (RFC 8259), on one line.
  public var description: String {
    var text = ""
    write(to: &text, indent: nil, depth: 0)
    return text
  }

  /// JSON over several lines, two spaces a level.
  public var pretty: String {
    var text = ""
    write(to: &text, indent: "  ", depth: 0)
    return text
  }

  /// A string literal of JSON, in quotes: control characters, quotes and backslashes escaped.
  public static func quote(_ string: String) -> String {
    // Nearly every string is ASCII that stands for itself.
    let isPlain = string.utf8.allSatisfy { (0x20...0x7E).contains($0) && $0 != 0x22 && $0 != 0x5C }
    if isPlain { return "\"" + string + "\"" }
    var text = "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      case "\u{0}"..<"\u{20}", "\u{7F}"..."\u{9F}", "\u{2028}", "\u{2029}":
        let digits = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text + "\""
  }

  private func write(to text: inout String, indent: String?, depth: Int) {
    func newLine(_ depth: Int) {
      guard let indent else { return }
      text += "\n"
      for _ in 0..<depth { text += indent }
    }
    func separate(_ items: some Collection, open: String, close: String, each: (Int) -> Void) {
      text += open
      for index in 0..<items.count {
        if index > 0 { text += "," }
        newLine(depth + 1)
        each(index)
      }
      if !items.isEmpty { newLine(depth) }
      text += close
    }
    switch self {
    case .null: text += "null"
    case .bool(let value): text += value ? "true" : "false"
    case .integer(let value): text += String(value)
    case .number(let value): text += value.isFinite ? String(value) : "null"
    case .string(let value): text += Self.quote(value)
    case .array(let values):
      separate(values, open: "[", close: "]") {
        values[$0].write(to: &text, indent: indent, depth: depth + 1)
      }
    case .object(let members):
      separate(members, open: "{", close: "}") {
        text += Self.quote(members[$0].name)
        text += indent == nil ? ":" : ": "
        members[$0].value.write(to: &text, indent: indent, depth: depth + 1)
      }
    }
  }
}
