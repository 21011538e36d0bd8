public import Ctx7Model
internal import Synchronization

extension FakeWeaviate {
  /// Whether a `where` finds an object; cut into words, a text is found by any value whose words are all in it.
  static func matches(_ filter: JSONValue, _ id: String, _ object: Object, _ properties: [String: JSONValue])
    throws -> Bool
  {
    let name = filter["operator"]?.string ?? ""
    if let operands = filter["operands"]?.array {
      guard filter["path"] == nil else { throw Refusal(status: 422, message: "invalid where filter") }
      let results = try operands.map { try matches($0, id, object, properties) }
      switch name {
      case "And": return results.allSatisfy { $0 }
      case "Or": return results.contains(true)
      default: throw Refusal(status: 422, message: "invalid where filter: operator '\(name)'")
      }
    }
    guard let property = filter["path"]?.array?.first?.string,
      property == "id" || properties[property] != nil
    else { throw Refusal(status: 422, message: "invalid where filter: no such prop") }
    let isField = property == "id" || properties[property]?["tokenization"]?.string == "field"
    let value = property == "id" ? .string(id) : object.properties[property]
    switch name {
    case "Equal": return isEqual(value?.string, filter["valueText"]?.string, isField)
    case "ContainsAny":
      guard let values = filter["valueTextArray"]?.array else {
        throw Refusal(status: 422, message: "invalid where filter: ContainsAny needs valueTextArray")
      }
      return values.contains { isEqual(value?.string, $0.string, isField) }
    case "GreaterThanEqual" where filter["valueInt"] != nil, "LessThan" where filter["valueInt"] != nil:
      guard properties[property]?["dataType"]?.array?.first?.string == "int",
        let limit = filter["valueInt"]?.integer
      else {
        throw Refusal(status: 422, message: "invalid where filter: data type filter cannot use valueInt")
      }
      guard let number = value?.integer else { return false }
      return name == "LessThan" ? number < limit : number >= limit
    case "LessThanEqual", "LessThan":
      guard let limit = filter["valueDate"]?.string.flatMap({ Timestamp(rfc3339: $0) }) else {
        throw Refusal(status: 422, message: "invalid where filter: no valueDate")
      }
      // What lacks the property is never found.
      guard let date = value?.string.flatMap({ Timestamp(rfc3339: $0) }) else { return false }
      return name == "LessThan" ? date < limit : date <= limit
    default: throw Refusal(status: 422, message: "invalid where filter: operator '\(name)'")
    }
  }

  private static func isEqual(_ stored: String?, _ asked: String?, _ isField: Bool) -> Bool {
    guard let stored, let asked else { return false }
    if isField { return stored == asked }
    func words(_ text: String) -> Set<Substring> {
      Set(text.lowercased().split { !$0.isLetter && !$0.isNumber }.map { Substring($0) })
    }
    return words(asked).isSubset(of: words(stored))
  }
}

extension FakeWeaviate {
  /// The objects that a filter can find at most: those of the documents that it names, where it names any.
  static func candidates(_ filter: JSONValue, _ tenant: Tenant, _ properties: [String: JSONValue]) -> [String]
  {
    guard properties["document_id"]?["tokenization"]?.string == "field",
      filter["path"]?.array?.first?.string == "document_id"
    else {
      if filter["path"]?.array?.first?.string == "id" {
        return filter["valueTextArray"]?.array?.compactMap(\.string).filter { tenant.objects[$0] != nil }
          ?? []
      }
      return Array(tenant.objects.keys)
    }
    let names = filter["valueTextArray"]?.array?.compactMap(\.string) ?? [filter["valueText"]?.string ?? ""]
    return names.flatMap { tenant.byDocument[$0] ?? [] }
  }
}

/// What tests look at and prepare.
extension FakeWeaviate {
  /// The objects of a tenant by id.
  public func objects(_ tenant: String, in name: String = "DocumentContent") -> [String: [String: JSONValue]]
  {
    state.withLock { $0.classes[name]?.tenants[tenant]?.objects.mapValues(\.properties) ?? [:] }
  }

  /// The vectors of a tenant by id.
  public func vectors(_ tenant: String, in name: String = "DocumentContent") -> [String: [Double]] {
    state.withLock { $0.classes[name]?.tenants[tenant]?.objects.compactMapValues(\.vector) ?? [:] }
  }

  /// All that is stored: tenant, then id, then properties but for times.
  public func content(in name: String = "DocumentContent") -> [String: [String: [String: JSONValue]]] {
    state.withLock { state in
      (state.classes[name]?.tenants ?? [:]).mapValues { tenant in
        tenant.objects.mapValues { $0.properties.filter { !$0.key.hasSuffix("_at") } }
      }
    }
  }

  /// Puts an object there, as somebody else would.
  public func insert(
    _ id: String, _ properties: [String: JSONValue], tenant: String, in name: String = "DocumentContent"
  ) {
    state.withLock { state in
      if state.classes[name]?.tenants[tenant] == nil { state.classes[name]?.tenants[tenant] = Tenant() }
      state.classes[name]?.tenants[tenant]?.put(Object(properties: properties), id)
    }
  }

  /// Takes an object away, as somebody else would.
  public func remove(_ id: String, tenant: String, in name: String = "DocumentContent") {
    state.withLock { $0.classes[name]?.tenants[tenant]?.remove(id) }
  }

  /// Sets the status of a tenant: `HOT`, `COLD`, `FROZEN`.
  public func setStatus(_ status: String, of tenant: String, in name: String = "DocumentContent") {
    state.withLock { state in
      if state.classes[name]?.tenants[tenant] == nil { state.classes[name]?.tenants[tenant] = Tenant() }
      state.classes[name]?.tenants[tenant]?.status = status
    }
  }

  /// The status of a tenant; nil where there is none.
  public func status(of tenant: String, in name: String = "DocumentContent") -> String? {
    state.withLock { $0.classes[name]?.tenants[tenant]?.status }
  }

  /// Takes a tenant away.
  public func dropTenant(_ tenant: String, in name: String = "DocumentContent") {
    state.withLock { $0.classes[name]?.tenants[tenant] = nil }
  }

  /// The definition of a class, properties by name; nil where there is none.
  public func schema(_ name: String = "DocumentContent") -> (
    definition: JSONValue, properties: [String: JSONValue]
  )? {
    state.withLock { $0.classes[name].map { ($0.definition, $0.properties) } }
  }

  /// Takes a class away, as somebody else would.
  public func drop(_ name: String) { state.withLock { $0.classes[name] = nil } }

  /// Makes a class of any definition.
  public func define(_ name: String, _ definition: JSONValue, properties: [String: JSONValue]) {
    state.withLock { $0.classes[name] = Class(definition: definition, properties: properties) }
  }

  /// How often it was asked to delete, dry runs not counted.
  public var deletions: Int { state.withLock(\.deletions) }

  /// What was done to the status of tenants, in order: `next-js-docs HOT`.
  public var activations: [String] { state.withLock(\.activations) }
}
