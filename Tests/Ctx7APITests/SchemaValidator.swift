import Ctx7Model
import Foundation

/// Checks JSON against the part of JSON Schema 2020-12 that the API's document uses; an unknown keyword is an error,
/// so that none is overlooked.
struct SchemaValidator {
  let document: JSONValue

  private static let known: Set<String> = [
    "type", "enum", "const", "minimum", "maximum", "pattern", "format", "minLength", "maxLength",
    "properties",
    "required", "additionalProperties", "items", "anyOf", "$ref", "default",
  ]

  /// What is wrong with `value`, each with the place; empty when nothing is.
  func problems(_ value: JSONValue, _ schema: JSONValue, at place: String = "$") -> [String] {
    guard case .object(let keywords) = schema else { return ["\(place): the schema is no object"] }
    return keywords.flatMap { keyword -> [String] in
      guard Self.known.contains(keyword.name) else { return ["\(place): unknown keyword \(keyword.name)"] }
      return problems(value, schema, keyword.name, keyword.value, place)
    }
  }

  private func problems(
    _ value: JSONValue, _ schema: JSONValue, _ keyword: String, _ argument: JSONValue, _ place: String
  ) -> [String] {
    func require(_ condition: Bool) -> [String] {
      condition ? [] : ["\(place): \(value) against \(keyword) \(argument)"]
    }
    switch keyword {
    case "type": return require((argument.array ?? [argument]).contains { matches(value, $0.string ?? "") })
    case "enum": return require(argument.array?.contains(value) == true)
    case "const": return require(argument == value)
    case "minimum": return require((value.number ?? .infinity) >= (argument.number ?? 0))
    case "maximum": return require((value.number ?? -.infinity) <= (argument.number ?? 0))
    case "minLength":
      return require(value.string.map { $0.unicodeScalars.count >= (argument.integer ?? 0) } ?? true)
    case "maxLength":
      return require(value.string.map { $0.unicodeScalars.count <= (argument.integer ?? 0) } ?? true)
    case "pattern":
      return require(
        value.string.map { $0.range(of: argument.string ?? "", options: .regularExpression) != nil } ?? true)
    case "format": return require(value.string.map { Timestamp(rfc3339: $0) != nil } ?? true)
    case "required":
      return (argument.array ?? []).flatMap { name in
        value[name.string ?? ""] == nil ? ["\(place): \(name) is missing"] : []
      }
    case "properties": return members(value, argument, place)
    case "additionalProperties": return others(value, schema, argument, place)
    case "items":
      return (value.array ?? []).enumerated().flatMap { problems($1, argument, at: "\(place)[\($0)]") }
    case "anyOf":
      return require((argument.array ?? []).contains { problems(value, $0, at: place).isEmpty })
    case "$ref": return problems(value, resolve(argument), at: place)
    default: return []
    }
  }

  private func members(_ value: JSONValue, _ properties: JSONValue, _ place: String) -> [String] {
    guard case .object(let properties) = properties else { return ["\(place): properties is no object"] }
    return properties.flatMap { property in
      value[property.name].map { problems($0, property.value, at: "\(place).\(property.name)") } ?? []
    }
  }

  private func others(_ value: JSONValue, _ schema: JSONValue, _ allowed: JSONValue, _ place: String)
    -> [String]
  {
    guard case .object(let members) = value else { return [] }
    let others = members.filter { schema["properties"]?[$0.name] == nil }
    if allowed.bool == false { return others.map { "\(place): \($0.name) is not documented" } }
    return others.flatMap { problems($0.value, allowed, at: "\(place).\($0.name)") }
  }

  private func resolve(_ reference: JSONValue) -> JSONValue {
    let path = (reference.string ?? "").split(separator: "/").dropFirst()
    return path.reduce(document) { $0[String($1)] ?? .null }
  }

  private func matches(_ value: JSONValue, _ type: String) -> Bool {
    switch (type, value) {
    case ("null", .null), ("boolean", .bool), ("string", .string), ("array", .array), ("object", .object),
      ("integer", .integer), ("number", .integer), ("number", .number):
      true
    default: false
    }
  }
}
