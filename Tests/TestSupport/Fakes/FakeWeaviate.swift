internal import Ctx7Model
internal import Foundation
internal import Synchronization

/// A Weaviate in memory that speaks as much of its REST interface as there is a route for, by the shapes of its
/// published schema (v1.39.0), and its surprises: tenants with the names of old versions, 200 with failures in
/// it, counts that stop behind the limit, `objects: null`, errors without a body.
///
/// It answers a plan of `LoopbackServer`; a request that no route is for fails the test.
public final class FakeWeaviate: Sendable {
  /// How the server is set up.
  public struct Options: Sendable {
    /// The API key it wants; nil for none.
    public var key: String?
    /// `QUERY_MAXIMUM_RESULTS`
    public var maximumResults = 10_000
    /// Whether `matches` stops at one more than the limit, as in coming versions.
    public var capsMatches = true
    /// The chunk, by its `chunk_id`, that a batch cannot store.
    public var failingChunk: String?
    /// Whether deletions find objects and delete none (a shard that may only be read).
    public var isReadOnly = false

    /// The defaults.
    public init() {}
  }

  struct Object: Sendable {
    var properties: [String: JSONValue]
    var vector: [Double]?
  }

  struct Tenant: Sendable {
    /// `HOT`, `COLD`, `FROZEN`
    var status = "HOT"
    private(set) var objects: [String: Object] = [:]
    /// The ids of the objects of each document, so that a big tenant is not searched for every one.
    private(set) var byDocument: [String: Set<String>] = [:]

    mutating func put(_ object: Object, _ id: String) {
      remove(id)
      objects[id] = object
      byDocument[object.properties["document_id"]?.string ?? "", default: []].insert(id)
    }

    mutating func remove(_ id: String) {
      guard let object = objects.removeValue(forKey: id) else { return }
      byDocument[object.properties["document_id"]?.string ?? ""]?.remove(id)
    }
  }

  struct Class: Sendable {
    var definition: JSONValue
    var properties: [String: JSONValue]
    var tenants: [String: Tenant] = [:]
  }

  struct State: Sendable {
    var options = Options()
    var classes: [String: Class] = [:]
    var activations: [String] = []
    var deletions = 0
  }

  let state = Mutex(State())

  /// A server without any class.
  public init() {}

  /// How the server is set up.
  public var options: Options {
    get { state.withLock(\.options) }
    set { state.withLock { $0.options = newValue } }
  }

  /// A request that does not keep to the interface, however well it was meant.
  struct Refusal: Error {
    var status: Int
    var message: String
  }

  /// Answers a request; nil for one that no route is for.
  public func answer(_ request: LoopbackServer.Request) -> LoopbackServer.Response? {
    state.withLock { state in
      let url = URLComponents(string: request.path)
      let path = url?.path ?? ""
      let query = Dictionary(
        (url?.queryItems ?? []).map { ($0.name, $0.value ?? "") }, uniquingKeysWith: { $1 })
      guard path.hasPrefix("/v1/") else { return nil }
      if request.path == "/v1/.well-known/ready" { return .init(200) }
      if let key = state.options.key, request.headers["authorization"] != "Bearer \(key)" {
        // Not the shape of every other error, and without a content type.
        return .init(401, #"{"code":401,"message":"unauthorized: invalid api key"}"#)
      }
      let parts = path.dropFirst(4).split(separator: "/").map(String.init)
      do {
        let body = try Self.body(of: request)
        return try route(request.method, parts, query, body, &state)
      } catch let refusal as Refusal {
        if refusal.message.isEmpty { return .init(refusal.status) }
        return Self.json(["error": [["message": .string(refusal.message)]]], refusal.status)
      } catch {
        return Self.json(["code": 400, "message": .string("\(error)")], 400)
      }
    }
  }

  private func route(
    _ method: String, _ path: [String], _ query: [String: String], _ body: JSONValue, _ state: inout State
  ) throws -> LoopbackServer.Response? {
    switch (method, path.first, path.count) {
    case ("GET", "meta", 1):
      return Self.json(["hostname": "http://[::]:8080", "version": "1.39.0", "modules": [:]])
    case ("POST", "schema", 1): return try create(body, &state)
    case ("GET", "schema", 2): return Self.json(try definition(path[1], state))
    case ("POST", "schema", 3) where path[2] == "properties":
      return try addProperty(body, to: path[1], &state)
    case (_, "schema", 3) where path[2] == "tenants":
      return try tenants(method, path[1], body, &state)
    case ("GET", "schema", 4) where path[2] == "tenants":
      guard let tenant = state.classes[path[1]]?.tenants[path[3]] else {
        throw Refusal(status: 404, message: "")
      }
      return Self.json(["name": .string(path[3]), "activityStatus": .string(tenant.status)])
    case ("POST", "batch", 2): return try put(body, &state)
    case ("DELETE", "batch", 2): return try delete(body, query, &state)
    case ("GET", "objects", 3), ("PATCH", "objects", 3):
      return try object(method, path[1], path[2], query, body, &state)
    default: return nil
    }
  }

  private static func body(of request: LoopbackServer.Request) throws -> JSONValue {
    guard !request.body.isEmpty else { return .null }
    guard request.headers["content-type"] == "application/json" else {
      throw Refusal(status: 415, message: "a body needs Content-Type: application/json")
    }
    return try JSONValue(fast: Data(request.body))
  }

  static func json(_ value: JSONValue, _ status: Int = 200) -> LoopbackServer.Response {
    .init(status, value.description, headers: ["Content-Type": "application/json"])
  }
}

extension JSONValue {
  /// Parses by way of Foundation's own objects, which is many times faster than decoding.
  init(fast data: Data) throws {
    self.init(object: try JSONSerialization.jsonObject(with: data, options: .fragmentsAllowed))
  }

  private init(object: Any) {
    switch object {
    case let text as String: self = .string(text)
    case let number as NSNumber:
      self =
        Self.isBool(number)
        ? .bool(number.boolValue)
        : number.doubleValue == Double(number.int64Value)
          ? .integer(number.int64Value) : .number(number.doubleValue)
    case let values as [Any]: self = .array(values.map(JSONValue.init(object:)))
    case let members as [String: Any]:
      self = .object(members.sorted { $0.key < $1.key }.map { Member($0.key, JSONValue(object: $0.value)) })
    default: self = .null
    }
  }

  private static func isBool(_ number: NSNumber) -> Bool { String(cString: number.objCType) == "c" }
}
