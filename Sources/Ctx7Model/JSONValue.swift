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

  /// An integer, or null.
  public init(_ value: (some BinaryInteger)?) { self = value.map { .integer(Int64($0)) } ?? .null }
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
