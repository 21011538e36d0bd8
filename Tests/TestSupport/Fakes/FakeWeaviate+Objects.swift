internal import Ctx7Model
internal import Foundation

extension FakeWeaviate {
  /// The properties of a class whose tenant may be worked on; the class itself would be copied at the next write.
  private func ready(_ name: String, _ tenant: String?, _ state: inout State) throws -> [String: JSONValue] {
    guard let properties = state.classes[name]?.properties else {
      throw Refusal(status: 422, message: "class \(name) not found in schema")
    }
    guard let tenant, !tenant.isEmpty else {
      throw Refusal(
        status: 422, message: "class \(name) has multi-tenancy enabled, but request was without tenant")
    }
    guard let status = state.classes[name]?.tenants[tenant]?.status else {
      throw Refusal(status: 422, message: "tenant not found: \"\(tenant)\"")
    }
    if status == "COLD",
      state.classes[name]?.definition["multiTenancyConfig"]?["autoTenantActivation"]?.bool == true
    {
      state.classes[name]?.tenants[tenant]?.status = "HOT"
    } else if status != "HOT" {
      throw Refusal(status: 422, message: "tenant not active: '\(tenant)'")
    }
    return properties
  }

  func put(_ body: JSONValue, _ state: inout State) throws -> LoopbackServer.Response {
    guard let objects = body["objects"]?.array, !objects.isEmpty else {
      throw Refusal(
        status: 422, message: "invalid param 'objects': cannot be empty, need at least one object")
    }
    let answers = objects.map { object -> JSONValue in
      var result: JSONValue = ["status": "SUCCESS"]
      do {
        try store(object, &state)
      } catch {
        let message = (error as? Refusal)?.message ?? "\(error)"
        result = ["status": "FAILED", "errors": ["error": [["message": .string(message)]]]]
      }
      guard case .object(let members) = object else { return .null }
      return .object(members + [.init("result", result)])
    }
    return Self.json(.array(answers))
  }

  private func store(_ object: JSONValue, _ state: inout State) throws {
    let name = object["class"]?.string ?? ""
    let tenant = object["tenant"]?.string ?? ""
    let schema = try ready(name, tenant, &state)
    guard let id = object["id"]?.string, UUID(uuidString: id) != nil,
      case .object(let members)? = object["properties"]
    else { throw Refusal(status: 422, message: "an object needs a UUID and properties") }
    var properties: [String: JSONValue] = [:]
    for member in members {
      try Self.check(member, schema)
      properties[member.name] = member.value
    }
    if properties["chunk_id"]?.string == state.options.failingChunk, state.options.failingChunk != nil {
      throw Refusal(status: 500, message: "put object: store is read-only")
    }
    let vector = object["vector"]?.array?.compactMap(\.number)
    let first = state.classes[name]?.tenants[tenant]?.objects.values.lazy.compactMap(\.vector).first
    if let vector, let first, vector.count != first.count {
      throw Refusal(
        status: 500,
        message:
          "new node has a vector with length \(vector.count). Existing nodes have vectors with length \(first.count)"
      )
    }
    state.classes[name]?.tenants[tenant]?.put(Object(properties: properties, vector: vector), id)
  }

  private static func check(_ member: JSONValue.Member, _ schema: [String: JSONValue]) throws {
    guard let type = schema[member.name]?["dataType"]?.array?.first?.string else {
      throw Refusal(status: 422, message: "no such prop with name '\(member.name)' found in class")
    }
    let fits =
      switch type {
      case "text": member.value.string != nil
      case "int": member.value.integer != nil
      case "date": member.value.string.flatMap { Timestamp(rfc3339: $0) } != nil
      default: true
      }
    guard fits else {
      throw Refusal(
        status: 422,
        message: type == "date"
          ? "property '\(member.name)' requires a string with a RFC3339 formatted date, but the given value is '\(member.value)'"
          : "invalid \(type) property '\(member.name)'")
    }
  }

  func object(
    _ method: String, _ name: String, _ id: String, _ query: [String: String], _ body: JSONValue,
    _ state: inout State
  ) throws -> LoopbackServer.Response {
    let tenant = method == "GET" ? query["tenant"] : body["tenant"]?.string
    let schema = try ready(name, tenant, &state)
    guard let tenant, var object = state.classes[name]?.tenants[tenant]?.objects[id] else {
      throw Refusal(status: 404, message: "")
    }
    if method == "PATCH" {
      guard case .object(let members)? = body["properties"], body["id"]?.string == id else {
        throw Refusal(status: 422, message: "invalid body")
      }
      for member in members {
        try Self.check(member, schema)
        object.properties[member.name] = member.value
      }
      state.classes[name]?.tenants[tenant]?.put(object, id)
      return .init(204)
    }
    var answer: [JSONValue.Member] = [
      .init("class", .string(name)), .init("id", .string(id)), .init("tenant", .string(tenant)),
      .init("properties", .object(object.properties.map { .init($0.key, $0.value) })),
    ]
    if query["include"]?.contains("vector") == true {
      answer.append(.init("vector", .array((object.vector ?? []).map { .number($0) })))
    }
    return Self.json(.object(answer))
  }

  func delete(_ body: JSONValue, _ query: [String: String], _ state: inout State) throws
    -> LoopbackServer.Response
  {
    guard let match = body["match"], let name = match["class"]?.string, let filter = match["where"] else {
      throw Refusal(status: 422, message: "empty match.class")
    }
    let schema = try ready(name, query["tenant"], &state)
    let tenant = query["tenant"] ?? ""
    let all = try Self.found(filter, state.classes[name]?.tenants[tenant] ?? Tenant(), schema)
    let limit = state.options.maximumResults
    let taken = all.prefix(limit)
    let isDry = body["dryRun"]?.bool == true
    let isVerbose = body["output"]?.string == "verbose"
    let deletes = !isDry && !state.options.isReadOnly
    if !isDry { state.deletions += 1 }
    if deletes { for id in taken { state.classes[name]?.tenants[tenant]?.remove(id) } }
    let status = isDry ? "DRYRUN" : deletes ? "SUCCESS" : "FAILED"
    let listed =
      isVerbose || status == "FAILED"
      ? taken.map { id -> JSONValue in
        ["id": .string(id), "status": .string(status)]
      } : []
    return Self.json([
      "match": match, "output": body["output"] ?? "minimal", "dryRun": .bool(isDry),
      "deletionTimeUnixMilli": 1_790_000_000_000,
      "results": [
        "matches": JSONValue(state.options.capsMatches ? min(all.count, limit + 1) : all.count),
        "limit": JSONValue(limit), "successful": JSONValue(deletes ? taken.count : 0),
        "failed": JSONValue(status == "FAILED" ? taken.count : 0),
        // Not an empty array.
        "objects": listed.isEmpty ? .null : .array(listed),
      ],
    ])
  }

  /// In the order of the ids.
  private static func found(_ filter: JSONValue, _ tenant: Tenant, _ schema: [String: JSONValue]) throws
    -> [String]
  {
    try candidates(filter, tenant, schema).filter { id in
      try tenant.objects[id].map { try matches(filter, id, $0, schema) } ?? false
    }.sorted()
  }
}
