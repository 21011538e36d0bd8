public import Ctx7Model
internal import Foundation

/// The class that holds the chunks, as it is on the server.
struct WeaviateCollection: Sendable {
  let name: String
  /// Text properties that are compared as a whole rather than word by word.
  let exactProperties: Set<String>
  /// By what Weaviate deletes expired objects itself: `expires_at`, or a time that it keeps; nil where it does not.
  let nativeTTL: String?

  /// Whether the server finds no more than a filter means.
  func isExact(_ filter: WeaviateFilter) -> Bool { filter.textProperties.isSubset(of: exactProperties) }

  /// What the chunks are: names and types of the reference's class.
  private static let properties: [(name: String, type: String)] = [
    ("content", "text"), ("chunk_id", "text"), ("chunk_index", "int"), ("total_chunks", "int"),
    ("document_title", "text"), ("document_id", "text"), ("technology", "text"), ("source_url", "text"),
    ("expires_at", "date"), ("created_at", "date"), ("updated_at", "date"), ("source_provider", "text"),
  ]
  /// Compared as a whole: cut into words, an id would be found in every longer id that has its words.
  private static let identifiers: Set<String> = [
    "chunk_id", "document_id", "technology", "source_url", "source_provider",
  ]

  private struct Class: Decodable {
    struct Property: Decodable {
      var name: String
      var dataType: [String]
      var tokenization: String?
    }
    struct MultiTenancy: Decodable { var enabled: Bool? }
    struct ObjectTTL: Decodable {
      var enabled: Bool?
      var deleteOn: String?
    }
    var properties: [Property]?
    var multiTenancyConfig: MultiTenancy?
    var objectTtlConfig: ObjectTTL?
  }

  /// Finds the class, makes it where there is none, and adds properties that are missing.
  ///
  /// - Throws: `WeaviateMismatch` where the class is not one that chunks can be kept in.
  static func ready(_ settings: WeaviateSettings, _ client: WeaviateClient) async throws -> WeaviateCollection
  {
    let name = settings.collection
    var found = try await get(name, client)
    if found == nil {
      let created = try await client.answer("POST", "/schema", definition(settings))
      // Somebody else may have been faster: what is there now decides.
      if created.status != 422 { try client.confirm(created, "POST /v1/schema") }
      found = try await get(name, client)
      if found == nil { try client.confirm(created, "POST /v1/schema") }
    }
    guard let found else { throw WeaviateMismatch("collection \(name) was made and is not there") }
    return try await checked(found, settings, client, addsProperties: true)
  }

  /// Looks at the class, and changes nothing.
  ///
  /// - Returns: nil where there is none.
  /// - Throws: `WeaviateMismatch` where the class is not one that chunks can be kept in.
  static func existing(_ settings: WeaviateSettings, _ client: WeaviateClient) async throws
    -> WeaviateCollection?
  {
    guard let found = try await get(settings.collection, client) else { return nil }
    return try await checked(found, settings, client, addsProperties: false)
  }

  private static func get(_ name: String, _ client: WeaviateClient) async throws -> Class? {
    let response = try await client.answer("GET", "/schema/\(name)")
    if response.status == 404 { return nil }
    try client.confirm(response, "GET /v1/schema/\(name)")
    return try client.decode(Class.self, response, "GET /v1/schema/\(name)")
  }

  private static func checked(
    _ found: Class, _ settings: WeaviateSettings, _ client: WeaviateClient, addsProperties: Bool
  ) async throws -> WeaviateCollection {
    let name = settings.collection
    guard found.multiTenancyConfig?.enabled == true else {
      throw WeaviateMismatch(
        "collection \(name) has no multi-tenancy, which cannot be changed; name another one as weaviate.collection"
      )
    }
    let there = Dictionary(
      (found.properties ?? []).map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    var exact: Set<String> = []
    for property in properties {
      guard let stored = there[property.name] else {
        if addsProperties { _ = try await client.call("POST", "/schema/\(name)/properties", json(property)) }
        // Where it is missing, this is how it is going to be added.
        if identifiers.contains(property.name) { exact.insert(property.name) }
        continue
      }
      guard stored.dataType == [property.type] else {
        throw WeaviateMismatch(
          "property \(property.name) of collection \(name) is \(stored.dataType.joined(separator: ", ")) "
            + "rather than \(property.type); name another collection as weaviate.collection")
      }
      if stored.tokenization == "field" { exact.insert(property.name) }
    }
    let ttl = found.objectTtlConfig
    let native = ttl?.enabled == true ? ttl?.deleteOn ?? "" : nil
    guard settings.ttlMode != .native || native == "expires_at" else {
      throw WeaviateMismatch(
        "weaviate.ttl_mode is native, but the objectTtlConfig of collection \(name) does not delete on expires_at; "
          + "set it, or let the job delete (ttl_mode: job)")
    }
    return WeaviateCollection(name: name, exactProperties: exact, nativeTTL: native)
  }

  private static func definition(_ settings: WeaviateSettings) -> JSONValue {
    var members: [JSONValue.Member] = [
      .init("class", .string(settings.collection)),
      .init("description", "Chunks of documentation, kept by ctx7-jobs"),
      .init("vectorizer", "none"),
      .init("properties", .array(properties.map(json))),
      .init(
        "multiTenancyConfig",
        // A mistyped tenant is an error, not a new tenant; activating one is the jobs' own business.
        ["enabled": true, "autoTenantCreation": false, "autoTenantActivation": false]),
    ]
    if settings.ttlMode != .job {
      members.append(
        .init("objectTtlConfig", ["enabled": true, "deleteOn": "expires_at", "defaultTtl": 0]))
    }
    return .object(members)
  }

  private static func json(_ property: (name: String, type: String)) -> JSONValue {
    var members: [JSONValue.Member] = [
      .init("name", .string(property.name)), .init("dataType", [.string(property.type)]),
    ]
    switch property.type {
    case "text":
      members.append(.init("tokenization", identifiers.contains(property.name) ? "field" : "word"))
    default:
      // Quick "less than"; it cannot be added later without building the index anew.
      members.append(.init("indexRangeFilters", true))
    }
    return .object(members)
  }
}

/// A collection that chunks cannot be kept in.
public struct WeaviateMismatch: Error, ClassifiedError, Hashable, CustomStringConvertible {
  /// The text for people.
  public let description: String

  /// Always a matter of configuration.
  public var errorClass: ErrorClass { .configuration }

  init(_ description: String) { self.description = description }
}
