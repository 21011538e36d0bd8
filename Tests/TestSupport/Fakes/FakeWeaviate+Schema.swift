internal import Ctx7Model
internal import Synchronization

extension FakeWeaviate {
  func create(_ body: JSONValue, _ state: inout State) throws -> LoopbackServer.Response {
    guard let name = body["class"]?.string, let first = name.first, first.isUppercase else {
      throw Refusal(status: 422, message: "'class' is no class name")
    }
    guard state.classes[name] == nil else {
      throw Refusal(status: 422, message: "class name \(name) already exists")
    }
    var properties: [String: JSONValue] = [:]
    for property in body["properties"]?.array ?? [] { try Self.add(property, to: &properties) }
    state.classes[name] = Class(definition: body, properties: properties)
    return Self.json(body)
  }

  /// Makes a class as docaiche does: every text cut into words, tenants made and loaded by themselves.
  public func createLegacyClass(_ name: String = "DocumentContent", tenants: [String]) {
    let texts = [
      "content", "chunk_id", "document_title", "document_id", "technology", "source_url", "source_provider",
    ]
    let others = [
      ("chunk_index", "int"), ("total_chunks", "int"), ("expires_at", "date"), ("created_at", "date"),
      ("updated_at", "date"),
    ]
    let properties = texts.map { ($0, "text") } + others
    state.withLock { state in
      state.classes[name] = Class(
        definition: [
          "class": .string(name), "vectorizer": "none",
          "multiTenancyConfig": ["enabled": true, "autoTenantCreation": true, "autoTenantActivation": true],
        ],
        properties: Dictionary(
          uniqueKeysWithValues: properties.map { name, type in
            var members: [JSONValue.Member] = [
              .init("name", .string(name)), .init("dataType", [.string(type)]),
            ]
            if type == "text" { members.append(.init("tokenization", "word")) }
            return (name, .object(members))
          }),
        tenants: Dictionary(uniqueKeysWithValues: tenants.map { ($0, Tenant()) }))
    }
  }

  private static func add(_ property: JSONValue, to properties: inout [String: JSONValue]) throws {
    guard let name = property["name"]?.string, let type = property["dataType"]?.array?.first?.string,
      ["text", "int", "date", "uuid", "number", "boolean"].contains(type)
    else { throw Refusal(status: 422, message: "a property needs a name and a dataType") }
    if let tokenization = property["tokenization"]?.string {
      guard type == "text", ["word", "field", "lowercase", "whitespace"].contains(tokenization) else {
        throw Refusal(status: 422, message: "tokenization '\(tokenization)' is not allowed for \(type)")
      }
    }
    guard properties[name] == nil else {
      throw Refusal(status: 422, message: "property '\(name)' already exists")
    }
    properties[name] = property
  }

  func definition(_ name: String, _ state: State) throws -> JSONValue {
    guard let found = state.classes[name] else { throw Refusal(status: 404, message: "") }
    guard case .object(let members) = found.definition else { return .null }
    return .object(
      members.filter { $0.name != "properties" } + [
        .init("properties", .array(found.properties.values.map { $0 }))
      ])
  }

  func addProperty(_ body: JSONValue, to name: String, _ state: inout State) throws -> LoopbackServer.Response
  {
    guard var found = state.classes[name] else { throw Refusal(status: 404, message: "") }
    try Self.add(body, to: &found.properties)
    state.classes[name] = found
    return Self.json(body)
  }

  func tenants(_ method: String, _ name: String, _ body: JSONValue, _ state: inout State) throws
    -> LoopbackServer.Response?
  {
    guard var found = state.classes[name] else {
      throw Refusal(status: 422, message: "class \(name) does not exist")
    }
    switch method {
    case "GET":
      return Self.json(
        .array(
          found.tenants.sorted { $0.key < $1.key }.map {
            ["name": .string($0.key), "activityStatus": .string($0.value.status)]
          }))
    case "POST", "PUT":
      let changes = body.array ?? []
      guard method == "POST" || changes.count <= 100 else {
        throw Refusal(
          status: 422, message: "maximum number of tenants allowed to be updated simultaneously is 100")
      }
      for change in changes {
        let tenant = change["name"]?.string ?? ""
        let isName = tenant.utf8.allSatisfy {
          Character(Unicode.Scalar($0)).isLetter || "0123456789-_".utf8.contains($0)
        }
        guard isName, (1...64).contains(tenant.utf8.count) else {
          throw Refusal(status: 422, message: "tenant name '\(tenant)' is not valid")
        }
        let status = try Self.status(change["activityStatus"]?.string ?? "ACTIVE")
        if method == "PUT" {
          guard found.tenants[tenant] != nil else {
            throw Refusal(status: 422, message: "tenant not found: \"\(tenant)\"")
          }
          state.activations.append("\(tenant) \(status)")
          found.tenants[tenant]?.status = status
        } else if found.tenants[tenant] == nil {
          found.tenants[tenant] = Tenant(status: status)
        }
      }
      state.classes[name] = found
      return Self.json(body)
    default: return nil
    }
  }

  /// What is asked with the new names is stored, and told, under the old ones.
  private static func status(_ name: String) throws -> String {
    switch name {
    case "ACTIVE", "HOT": return "HOT"
    case "INACTIVE", "COLD": return "COLD"
    default: throw Refusal(status: 422, message: "invalid activity status '\(name)'")
    }
  }
}
