public import Ctx7Model

/// Moves the content of documents from one store to the other, document by document.
///
/// A document is moved when its row says so, which it does after its chunks were read back from where they were
/// written: whatever interrupts the copy, what is left is copied by the next one.
public struct StoreCopy: Sendable {
  private let from: any ContentStore
  private let to: any ContentStore

  /// What a copy did.
  public struct Report: Hashable, Sendable {
    /// Documents that were moved.
    public var documents = 0
    /// Chunks that were moved.
    public var chunks = 0
    /// Documents that could not be moved, and why.
    public var failures: [String] = []
    /// Documents whose content was not whole where it came from; the next refresh fetches them.
    public var lost = 0
  }

  /// Creates a copy; both stores have the same rows.
  public init(from: any ContentStore, to: any ContentStore) {
    self.from = from
    self.to = to
  }

  /// Moves everything that `from` holds.
  ///
  /// - Parameter progress: called after each document.
  public func run(now: Timestamp, progress: (Report) -> Void) async throws -> Report {
    var report = Report()
    for workspace in try from.rows.workspaces() {
      var last = ""
      while true {
        let batch = try from.rows.stored(in: from.kind, workspace, after: last, batch: 50)
        guard let end = batch.last else { break }
        last = end.id
        for document in batch {
          try Task.checkCancellation()
          try await move(document.id, in: workspace, now: now, &report)
          progress(report)
        }
      }
    }
    return report
  }

  /// One lock from the first look at the row to the last chunk: a refresh comes before or after.
  private func move(_ id: String, in workspace: WorkspaceName, now: Timestamp, _ report: inout Report)
    async throws
  {
    do {
      try await from.during(workspace) {
        try await to.during(workspace) { try await move(id, now: now, &report) }
      }
    } catch {
      try Task.checkCancellation()
      report.failures.append("\(id): \(error)")
    }
  }

  private func move(_ id: String, now: Timestamp, _ report: inout Report) async throws {
    // A refresh may have put it elsewhere since the batch was read, or into other words.
    guard let document = try from.rows.document(id), document.store == from.kind,
      let content = document.content
    else { return }
    func put(_ document: TrackedDocument, _ chunks: [Chunk], into store: any ContentStore) async throws {
      try await store.replace(
        document, with: content, version: document.version, chunks: chunks, expiresAt: document.expiresAt,
        now: now)
    }
    let chunks = try await from.content(of: document)
    guard chunks.count == content.chunkCount else {
      try from.rows.forgetContent(of: document)
      report.lost += 1
      return
    }
    try await put(document, chunks, into: to)
    // One that was removed meanwhile is nobody's any more.
    if let moved = try to.rows.document(id),
      try await to.content(of: moved).map(\.text) != chunks.map(\.text)
    {
      // The new copy is not to be trusted, and the old one may be gone already.
      try await put(moved, chunks, into: from)
      throw CopyMismatch()
    }
    if let weaviate = from as? WeaviateStore { try await weaviate.deleteChunks(of: document, besides: []) }
    report.documents += 1
    report.chunks += chunks.count
  }
}

/// What was read back is not what was written.
struct CopyMismatch: Error, CustomStringConvertible {
  let description = "it did not come back as it was written, and stays where it was"
}
