internal import Ctx7Model

/// A JSON Schema (draft 2020-12, the dialect of OpenAPI 3.1) of something that the API answers.
struct Schema: Sendable {
  let json: JSONValue

  init(_ json: JSONValue) {
    self.json = json
  }

  static let string = Schema(["type": "string"])
  static let boolean = Schema(["type": "boolean"])
  static let count = Schema(["type": "integer", "minimum": 0])
  static let number = Schema(["type": "number"])
  static let timestamp = Schema(["type": "string", "format": "date-time"])
  /// Any JSON.
  static let anything = Schema(.object([]))

  static func words(_ words: [String]) -> Schema {
    Schema(["type": "string", "enum": .array(words.map(JSONValue.string))])
  }

  static func constant(_ text: String) -> Schema {
    Schema(["type": "string", "const": .string(text)])
  }

  static func parameterInteger(_ range: ClosedRange<Int>, default fallback: Int?) -> Schema {
    let bounds: [JSONValue.Member] = [
      .init("type", "integer"), .init("minimum", JSONValue(range.lowerBound)),
      .init("maximum", JSONValue(range.upperBound)),
    ]
    return Schema(.object(bounds + (fallback.map { [.init("default", JSONValue($0))] } ?? [])))
  }

  /// The same, or null.
  var orNull: Schema { Schema(["anyOf": [json, ["type": "null"]]]) }

  static func array(of element: Schema) -> Schema {
    Schema(["type": "array", "items": element.json])
  }

  /// An object whose keys are not known beforehand.
  static func map(to value: Schema) -> Schema {
    Schema(["type": "object", "additionalProperties": value.json])
  }

  /// An object with exactly these members, all of them there.
  static func object(_ members: KeyValuePairs<String, Schema>) -> Schema { object(Array(members)) }

  /// One page of a list: what is on it, under `name`, how much that is, and how much there is in all.
  static func page(_ name: String, of element: Schema, with others: KeyValuePairs<String, Schema> = [:])
    -> Schema
  {
    object(
      Array(others) + [
        (name, .array(of: element)), ("count", .count), ("total", .count), ("limit", .count),
        ("offset", .count),
      ])
  }

  private static func object(_ members: [(key: String, value: Schema)]) -> Schema {
    Schema([
      "type": "object",
      "properties": .object(members.map { .init($0, $1.json) }),
      "required": .array(members.map { .string($0.key) }),
      "additionalProperties": false,
    ])
  }

  /// A schema under `#/components/schemas`.
  static func named(_ name: String) -> Schema {
    Schema(["$ref": .string("#/components/schemas/\(name)")])
  }
}
