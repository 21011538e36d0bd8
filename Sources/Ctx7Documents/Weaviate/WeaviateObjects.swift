internal import Ctx7Model
internal import Foundation

/// The objects of one tenant.
struct WeaviateObjects: Sendable {
  let client: WeaviateClient
  let collection: WeaviateCollection
  let tenant: WorkspaceName

  /// Objects in one request, a few megabytes at most.
  private static let batchSize = 100

  private struct BatchAnswer: Decodable {
    struct Result: Decodable {
      struct Errors: Decodable {
        struct Message: Decodable { var message: String? }
        var error: [Message]?
      }
      var status: String?
      var errors: Errors?
    }
    var result: Result?
  }

  /// Puts objects, each of which takes the place of what has its id.
  ///
  /// - Throws: `WeaviateError` unless the server confirms every one of them: its 200 alone says nothing.
  func put(_ objects: [JSONValue]) async throws {
    for start in stride(from: 0, to: objects.count, by: Self.batchSize) {
      let batch = objects[start..<min(start + Self.batchSize, objects.count)]
      let request = "POST /v1/batch/objects"
      let answers = try client.decode(
        [BatchAnswer].self,
        try await client.call("POST", "/batch/objects", ["objects": .array(Array(batch))]), request)
      let failed = answers.filter { $0.result?.status != "SUCCESS" }
      guard failed.isEmpty, answers.count == batch.count else {
        let reason = failed.lazy.compactMap { $0.result?.errors?.error?.first?.message }.first
        throw WeaviateError(
          request: request, status: nil,
          message: "\(batch.count - answers.count + failed.count) of \(batch.count.counted("chunk")) "
            + "not stored: \(reason ?? "no reason given")\(Self.hint(reason ?? ""))")
      }
    }
  }

  /// All vectors of a tenant have the length of its first one, for as long as it exists.
  private static func hint(_ reason: String) -> String {
    guard reason.contains("vector with length") else { return "" }
    return "; name a new collection as weaviate.collection, which the next cleanup and refresh fill"
  }

  /// Changes properties of an object, and leaves the others and the vector.
  ///
  /// - Returns: false when there is no such object.
  func patch(_ id: String, _ properties: JSONValue) async throws -> Bool {
    let response = try await client.answer(
      "PATCH", "/objects/\(collection.name)/\(id)",
      [
        "class": .string(collection.name), "id": .string(id), "tenant": .string(tenant.rawValue),
        "properties": properties,
      ])
    switch response.status {
    case 204: return true
    case 404: return false
    default:
      try client.confirm(response, "PATCH /v1/objects")
      throw WeaviateError(
        request: "PATCH /v1/objects", status: nil, message: "HTTP \(response.status) rather than 204")
    }
  }

  struct Object: Decodable {
    var id: String
    var properties: JSONValue
    var vector: [Float]?
  }

  /// One object; nil when there is none.
  func object(_ id: String, withVector: Bool = false) async throws -> Object? {
    let response = try await client.answer(
      "GET", "/objects/\(collection.name)/\(id)?tenant=\(tenant)\(withVector ? "&include=vector" : "")")
    if response.status == 404 { return nil }
    try client.confirm(response, "GET /v1/objects")
    return try client.decode(Object.self, response, "GET /v1/objects")
  }

  private struct DeletionAnswer: Decodable {
    struct Results: Decodable {
      struct Entry: Decodable { var id: String }
      var matches: Int
      var limit: Int
      var successful: Int
      var failed: Int
      var objects: [Entry]?
    }
    var results: Results
  }

  /// How many objects a filter finds, by Weaviate's own judgement; nil when there are too many to tell.
  func count(_ filter: WeaviateFilter) async throws -> Int? {
    let results = try await deletion(filter, output: "minimal", dryRun: true)
    return results.matches > results.limit ? nil : results.matches
  }

  /// The ids of the objects that a filter means, however many the server lists at once.
  func ids(_ filter: WeaviateFilter) async throws -> [String] {
    let found = try await listed(filter, indices: nil)
    guard !collection.isExact(filter) else { return found }
    var meant: [String] = []
    for id in found {
      if let object = try await object(id), filter.matches(object.properties) { meant.append(id) }
    }
    return meant
  }

  /// Lists what a filter finds. There are no pages: where the list is cut off, each half of the chunks, by their place
  /// in their documents, is listed by itself; of one place no more than one list has.
  private func listed(_ filter: WeaviateFilter, indices: Range<Int>?) async throws -> [String] {
    let part = indices.map { WeaviateFilter.all([filter, .within("chunk_index", $0)]) } ?? filter
    let results = try await deletion(part, output: "verbose", dryRun: true)
    // A chunk has at least one byte.
    let all = indices ?? 0..<maximumDocumentSize
    guard results.matches > results.limit, all.count > 1 else { return (results.objects ?? []).map(\.id) }
    let middle = all.lowerBound + all.count / 2
    return try await listed(filter, indices: all.lowerBound..<middle)
      + listed(filter, indices: middle..<all.upperBound)
  }

  /// Deletes objects by their ids, so many in one request that it stays a small one.
  ///
  /// - Returns: how many objects were deleted; others may have been faster with some.
  func delete(ids: [String]) async throws -> Int {
    var deleted = 0
    for start in stride(from: 0, to: ids.count, by: 1000) {
      deleted += try await delete(.ids(Array(ids[start..<min(start + 1000, ids.count)])))
    }
    return deleted
  }

  /// Deletes what a filter means, however much it is.
  ///
  /// - Returns: how many objects were deleted; others may have been faster with some.
  func delete(_ filter: WeaviateFilter) async throws -> Int {
    guard collection.isExact(filter) else { return try await deleteOneByOne(filter) }
    var deleted = 0
    while true {
      try Task.checkCancellation()
      let results = try await deletion(filter, output: "minimal", dryRun: false)
      deleted += results.successful
      // The count of matches may be cut off right behind the limit.
      if results.matches <= results.limit, results.successful + results.failed >= results.matches,
        results.failed == 0
      {
        return deleted
      }
      guard results.successful > 0 else {
        throw WeaviateError(
          request: "DELETE /v1/batch/objects", status: nil,
          message: "\(results.failed) of \(results.matches.counted("object")) could not be deleted")
      }
    }
  }

  /// On a collection that compares words, what is found is compared in full before it is deleted by its id.
  private func deleteOneByOne(_ filter: WeaviateFilter) async throws -> Int {
    var deleted = 0
    while true {
      let ids = try await ids(filter)
      if ids.isEmpty { return deleted }
      let count = try await delete(ids: ids)
      guard count > 0 else { return deleted }
      deleted += count
    }
  }

  private func deletion(_ filter: WeaviateFilter, output: String, dryRun: Bool) async throws
    -> DeletionAnswer.Results
  {
    let response = try await client.call(
      "DELETE", "/batch/objects?tenant=\(tenant)",
      [
        "match": ["class": .string(collection.name), "where": filter.json], "output": .string(output),
        "dryRun": .bool(dryRun),
      ])
    return try client.decode(DeletionAnswer.self, response, "DELETE /v1/batch/objects").results
  }
}
