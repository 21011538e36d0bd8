internal import Ctx7Model

/// Which objects a request means: as Weaviate takes it, and as it is meant.
///
/// The two differ where a text property is cut into words: there, Weaviate's `Equal` means that all words of the
/// value are in it. `matches` always compares the whole value.
indirect enum WeaviateFilter: Sendable {
  case equal(String, String)
  case oneOf(String, [String])
  case notLater(String, Timestamp)
  case within(String, Range<Int>)
  case all([WeaviateFilter])
  /// By object id.
  case ids([String])

  /// As the `where` of a request.
  var json: JSONValue {
    switch self {
    case .equal(let property, let value):
      ["path": [.string(property)], "operator": "Equal", "valueText": .string(value)]
    case .oneOf(let property, let values):
      [
        "path": [.string(property)], "operator": "ContainsAny",
        "valueTextArray": .array(values.map { .string($0) }),
      ]
    case .notLater(let property, let instant):
      ["path": [.string(property)], "operator": "LessThanEqual", "valueDate": JSONValue(instant)]
    case .within(let property, let range):
      [
        "operator": "And",
        "operands": [
          [
            "path": [.string(property)], "operator": "GreaterThanEqual",
            "valueInt": JSONValue(range.lowerBound),
          ],
          ["path": [.string(property)], "operator": "LessThan", "valueInt": JSONValue(range.upperBound)],
        ],
      ]
    case .all(let filters): ["operator": "And", "operands": .array(filters.map(\.json))]
    case .ids(let ids): Self.oneOf("id", ids).json
    }
  }

  /// The text properties that it compares.
  var textProperties: Set<String> {
    switch self {
    case .equal(let property, _), .oneOf(let property, _): [property]
    case .notLater, .within, .ids: []
    case .all(let filters): filters.reduce(into: []) { $0.formUnion($1.textProperties) }
    }
  }

  /// Whether an object is really meant.
  func matches(_ properties: JSONValue) -> Bool {
    switch self {
    case .equal(let property, let value): properties[property]?.string == value
    case .oneOf(let property, let values): properties[property]?.string.map(values.contains) ?? false
    case .notLater(let property, let instant):
      properties[property]?.string.flatMap { Timestamp(rfc3339: $0) }.map { $0 <= instant } ?? false
    case .within(let property, let range): properties[property]?.integer.map(range.contains) ?? false
    case .all(let filters): filters.allSatisfy { $0.matches(properties) }
    case .ids: true
    }
  }
}
