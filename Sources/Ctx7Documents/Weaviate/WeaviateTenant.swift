internal import Ctx7Model

/// How a tenant is doing. The server answers with the names of old versions, whatever it is asked with.
enum TenantStatus: Hashable, Sendable {
  case active
  case inactive
  /// Offloaded, or on the way: not to be touched.
  case unusable(String)

  init(_ name: String) {
    switch name {
    case "HOT", "ACTIVE", "": self = .active
    case "COLD", "INACTIVE": self = .inactive
    default: self = .unusable(name)
    }
  }
}

extension WeaviateClient {
  private struct Tenant: Decodable {
    var name: String
    var activityStatus: String?
  }

  /// All tenants by name.
  func tenants(of collection: String) async throws -> [String: TenantStatus] {
    let path = "/schema/\(collection)/tenants"
    let tenants = try decode([Tenant].self, try await call("GET", path), "GET /v1\(path)")
    return Dictionary(
      tenants.map { ($0.name, TenantStatus($0.activityStatus ?? "")) },
      uniquingKeysWith: { first, _ in first })
  }

  /// One tenant; nil where there is none.
  func tenant(_ name: WorkspaceName, of collection: String) async throws -> TenantStatus? {
    let path = "/schema/\(collection)/tenants/\(name)"
    let response = try await answer("GET", path)
    if response.status == 404 { return nil }
    let request = "GET /v1\(path)"
    try confirm(response, request)
    return TenantStatus(try decode(Tenant.self, response, request).activityStatus ?? "")
  }

  /// Creates a tenant; one that is there already stays as it is.
  func createTenant(_ name: WorkspaceName, in collection: String) async throws {
    _ = try await call("POST", "/schema/\(collection)/tenants", [["name": .string(name.rawValue)]])
  }

  func setTenant(_ name: WorkspaceName, in collection: String, active: Bool) async throws {
    _ = try await call(
      "PUT", "/schema/\(collection)/tenants",
      [["name": .string(name.rawValue), "activityStatus": active ? "ACTIVE" : "INACTIVE"]])
  }
}
