public import Ctx7Model

extension WeaviateStore {
  /// Puts new content beside the old, makes it the document's, and takes the old away.
  public func replace(
    _ document: TrackedDocument, with content: TrackedDocument.Content, version: String?, chunks: [Chunk],
    expiresAt: Timestamp, now: Timestamp
  ) async throws {
    try await ensureTenant(document.workspace)
    try rows.beginChange(of: document)
    let objects = objects(document.workspace)
    let ids = ChunkID.ids(of: document.id, hash: content.hash, count: chunks.count)
    let written = zip(ids, chunks).enumerated().map { index, item in
      object(item.0, item.1, at: index, of: chunks.count, document, expiresAt: expiresAt, now: now)
    }
    try await refusable { try await objects.put(written) }
    try rows.recordChange(
      of: document, to: content, version: version, in: .weaviate, expiresAt: expiresAt, now: now)
    try await deleteChunks(of: document, besides: Set(ids))
    try rows.endChange(of: document.id)
  }

  /// Writes what is one document's: a refusal is that document's too.
  private func refusable<Result>(_ write: () async throws -> Result) async throws -> Result {
    do {
      return try await write()
    } catch let error as WeaviateError where error.concernsWhatWasSent && !error.isMissingTenant {
      throw ContentRefused(refusal: error)
    }
  }

  private func object(
    _ id: String, _ chunk: Chunk, at index: Int, of count: Int, _ document: TrackedDocument,
    expiresAt: Timestamp, now: Timestamp
  ) -> JSONValue {
    var members: [JSONValue.Member] = [
      .init("class", .string(collection.name)), .init("id", .string(id)),
      .init("tenant", .string(document.workspace.rawValue)),
      .init(
        "properties",
        [
          "content": .string(chunk.text), "chunk_id": .string("\(document.id)_\(index)"),
          "chunk_index": JSONValue(index), "total_chunks": JSONValue(count),
          "document_title": .string(document.title), "document_id": .string(document.id),
          "technology": .string(document.technology), "source_url": .string(document.source.description),
          "expires_at": JSONValue(expiresAt), "created_at": JSONValue(document.createdAt),
          "updated_at": JSONValue(now), "source_provider": "context7",
        ]),
    ]
    if let vector = chunk.vector {
      members.append(.init("vector", .array(vector.map { .number(Double($0)) })))
    }
    return .object(members)
  }

  /// Deletes every chunk of a document but the given ones, those of the reference under their own ids included.
  func deleteChunks(of document: TrackedDocument, besides kept: Set<String>) async throws {
    let objects = objects(document.workspace)
    let stale = try await objects.ids(.oneOf("document_id", [document.id] + document.source.formerIDs))
      .filter { !kept.contains($0) }
    _ = try await objects.delete(ids: stale)
  }

  /// Moves the expiry of every chunk, then that of the row: a chunk never expires before its document.
  public func extend(
    _ document: TrackedDocument, until expiresAt: Timestamp, validators: Validators, now: Timestamp
  ) async throws {
    let objects = objects(document.workspace)
    let isWhole = try await ifPresent(document.workspace, false) {
      for id in chunkIDs(of: document) {
        let change: JSONValue = ["expires_at": JSONValue(expiresAt), "updated_at": JSONValue(now)]
        guard try await refusable({ try await objects.patch(id, change) }) else { return false }
      }
      return true
    }
    guard isWhole else { throw ContentLost(document: document.id) }
    try rows.extend(document, until: expiresAt, validators: validators, now: now)
  }

  func chunkIDs(of document: TrackedDocument) -> [String] {
    guard document.store == .weaviate, let content = document.content else { return [] }
    return ChunkID.ids(of: document.id, hash: content.hash, count: content.chunkCount)
  }

  /// A change that was not brought to an end is undone, or finished when the row has the new content already.
  public func settle(_ workspace: WorkspaceName) async throws {
    for document in try rows.unsettled(in: workspace) {
      try Task.checkCancellation()
      try await ifPresent(workspace, ()) {
        try await deleteChunks(of: document, besides: Set(chunkIDs(of: document)))
      }
      try rows.endChange(of: document.id)
    }
  }

  /// The chunks of a document, in order; those that are missing are left out.
  public func content(of document: TrackedDocument) async throws -> [Chunk] {
    let objects = objects(document.workspace)
    return try await ifPresent(document.workspace, []) {
      var chunks: [Chunk] = []
      for id in chunkIDs(of: document) {
        guard let object = try await objects.object(id, withVector: true) else { continue }
        let vector = object.vector.flatMap { $0.isEmpty ? nil : $0 }
        chunks.append(Chunk(object.properties["content"]?.string ?? "", vector: vector))
      }
      return chunks
    }
  }
}

extension SourceLocation {
  private var isOfRoot: Bool { description.hasSuffix("/") && description.count(where: { $0 == "/" }) == 3 }

  /// What the reference called the document: by the address that it fetched it from.
  var formerIDs: [String] {
    switch kind {
    case .file: []
    // It had no path where it was tracked without one.
    case .web: [description] + (isOfRoot ? [String(description.dropLast())] : [])
    case .context7(let library, query: nil): ["https://context7.com\(library)/llms.txt"]
    case .context7: []
    }
  }
}
