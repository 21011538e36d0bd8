extension JSONValue {
  /// Parses JSON text (RFC 8259); objects keep the order of their members.
  public init(parsing text: String) throws(JSONError) {
    var parser = JSONParser(text)
    self = try parser.document()
  }
}

extension JSONValue {
  /// The string; nil for any other value.
  public var string: String? {
    guard case .string(let value) = self else { return nil }
    return value
  }

  /// The integer; nil for any other value.
  public var integer: Int? {
    guard case .integer(let value) = self else { return nil }
    return Int(value)
  }

  /// The number, integers included; nil for any other value.
  public var number: Double? {
    switch self {
    case .number(let value): value
    case .integer(let value): Double(value)
    default: nil
    }
  }

  /// The truth value; nil for any other value.
  public var bool: Bool? {
    guard case .bool(let value) = self else { return nil }
    return value
  }

  /// The elements of an array; nil for any other value.
  public var array: [JSONValue]? {
    guard case .array(let values) = self else { return nil }
    return values
  }
}
