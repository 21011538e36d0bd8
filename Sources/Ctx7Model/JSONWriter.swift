/// Writes JSON (RFC 8259).
///
/// Into bytes: a history of ten thousand executions has half a million pieces, and adding to a `String` checks each.
struct JSONWriter {
  fileprivate(set) var bytes: [UInt8] = []
  /// Spaces a level; nil for one line.
  let indent: Int?

  init(indent: Int?) { self.indent = indent }

  mutating func write(_ value: JSONValue, depth: Int = 0) {
    switch value {
    case .null: bytes.append(contentsOf: "null".utf8)
    case .bool(let value): bytes.append(contentsOf: (value ? "true" : "false").utf8)
    case .integer(let value): bytes.append(contentsOf: String(value).utf8)
    // JSON has no infinities.
    case .number(let value): bytes.append(contentsOf: (value.isFinite ? value.description : "null").utf8)
    case .string(let value): write(value)
    case .array(let values):
      bytes.append(UInt8(ascii: "["))
      for (index, value) in values.enumerated() {
        separate(index, depth)
        write(value, depth: depth + 1)
      }
      if !values.isEmpty { newLine(depth) }
      bytes.append(UInt8(ascii: "]"))
    case .object(let members):
      bytes.append(UInt8(ascii: "{"))
      for (index, member) in members.enumerated() {
        separate(index, depth)
        write(member.name)
        bytes.append(UInt8(ascii: ":"))
        if indent != nil { bytes.append(UInt8(ascii: " ")) }
        write(member.value, depth: depth + 1)
      }
      if !members.isEmpty { newLine(depth) }
      bytes.append(UInt8(ascii: "}"))
    }
  }

  /// A string literal, in quotes: control characters, quotes and backslashes escaped.
  mutating func write(_ string: String) {
    bytes.append(UInt8(ascii: "\""))
    var string = string
    // Nearly every string is ASCII that stands for itself.
    let isPlain = string.withUTF8 { text in
      guard text.allSatisfy({ $0 &- 0x20 < 0x5F && $0 != 0x22 && $0 != 0x5C }) else { return false }
      bytes.append(contentsOf: text)
      return true
    }
    if !isPlain { for scalar in string.unicodeScalars { escape(scalar) } }
    bytes.append(UInt8(ascii: "\""))
  }

  private mutating func escape(_ scalar: Unicode.Scalar) {
    switch scalar {
    case "\"": bytes.append(contentsOf: "\\\"".utf8)
    case "\\": bytes.append(contentsOf: "\\\\".utf8)
    case "\n": bytes.append(contentsOf: "\\n".utf8)
    case "\r": bytes.append(contentsOf: "\\r".utf8)
    case "\t": bytes.append(contentsOf: "\\t".utf8)
    case "\u{0}"..<"\u{20}", "\u{7F}"..."\u{9F}", "\u{2028}", "\u{2029}":
      let digits = String(scalar.value, radix: 16)
      bytes.append(contentsOf: "\\u\(String(repeating: "0", count: 4 - digits.count))\(digits)".utf8)
    default: bytes.append(contentsOf: UTF8.encode(scalar).map(Array.init) ?? [])
    }
  }

  private mutating func separate(_ index: Int, _ depth: Int) {
    if index > 0 { bytes.append(UInt8(ascii: ",")) }
    newLine(depth + 1)
  }

  private mutating func newLine(_ depth: Int) {
    guard let indent else { return }
    bytes.append(UInt8(ascii: "\n"))
    bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: indent * depth))
  }
}

extension JSONValue: CustomStringConvertible {
  /// Compact JSON, on one line.
  public var description: String { String(decoding: bytes(indent: nil), as: UTF8.self) }

  /// JSON over several lines, two spaces a level.
  public var pretty: String { String(decoding: bytes(indent: 2), as: UTF8.self) }

  /// The bytes of `description`.
  var utf8: [UInt8] { bytes(indent: nil) }

  /// A string literal of JSON, in quotes: control characters, quotes and backslashes escaped.
  public static func quote(_ string: String) -> String {
    var writer = JSONWriter(indent: nil)
    writer.write(string)
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  /// Writes an array as `pretty` would, piece by piece: neither it nor its text is ever in memory as a whole.
  public static func write(_ values: some Sequence<JSONValue>, _ output: ([UInt8]) -> Void) {
    var writer = JSONWriter(indent: 2)
    var isEmpty = true
    for value in values {
      writer.bytes.append(contentsOf: (isEmpty ? "[\n  " : ",\n  ").utf8)
      writer.write(value, depth: 1)
      isEmpty = false
      guard writer.bytes.count > 1 << 16 else { continue }
      output(writer.bytes)
      writer.bytes.removeAll(keepingCapacity: true)
    }
    writer.bytes.append(contentsOf: (isEmpty ? "[]" : "\n]").utf8)
    output(writer.bytes)
  }

  private func bytes(indent: Int?) -> [UInt8] {
    var writer = JSONWriter(indent: indent)
    writer.write(self)
    return writer.bytes
  }
}
