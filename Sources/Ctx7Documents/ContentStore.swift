public import Ctx7Model

/// Where the content of documents is kept: what a refresh writes, and a cleanup deletes.
///
/// The rows of the documents are in `documents.sqlite` whatever the store is. A crash between any two steps
/// leaves a document's old content or its new content readable; `settle` takes away what it left behind.
public protocol ContentStore: Sendable {
  /// The rows of the documents.
  var rows: DocumentStore { get }
  /// Which store it is.
  var kind: StoreKind { get }

  /// All workspaces that hold documents or content, by name.
  func workspaces() async throws -> [WorkspaceName]

  /// Does `body` while nobody else changes the workspace, which is made ready for it.
  ///
  /// - Throws: `WorkspaceUnavailable` where it may not be worked on, and what `body` throws.
  func during<Result>(_ workspace: WorkspaceName, _ body: () async throws -> Result) async throws -> Result

  /// Finishes or undoes what a crash has left half done in a workspace.
  func settle(_ workspace: WorkspaceName) async throws

  /// Puts new content in the place of the old.
  ///
  /// - Throws: `ContentRefused` where another document's content may be taken.
  func replace(
    _ document: TrackedDocument, with content: TrackedDocument.Content, version: String?, chunks: [Chunk],
    expiresAt: Timestamp, now: Timestamp
  ) async throws

  /// Moves the expiry of a document whose source has not changed.
  ///
  /// - Throws: `ContentLost` when chunks of it are missing, `ContentRefused` as `replace`.
  func extend(_ document: TrackedDocument, until expiresAt: Timestamp, validators: Validators, now: Timestamp)
    async throws

  /// Deletes one batch of the documents of a workspace that had expired at `cutOff`, chunks first.
  func deleteExpired(in workspace: WorkspaceName, at cutOff: Timestamp, batch: Int) async throws
    -> DocumentStore.Deleted

  /// Deletes expired content of a workspace that belongs to no document here.
  ///
  /// - Returns: how many chunks were deleted.
  func deleteOrphans(in workspace: WorkspaceName, at cutOff: Timestamp) async throws -> Int

  /// Deletes one batch of the documents of a workspace that expired before `cutOff` and were left behind.
  func deleteForgotten(in workspace: WorkspaceName, expiredBefore cutOff: Timestamp, batch: Int) async throws
    -> DocumentStore.Deleted

  /// Compares rows with chunks: a document whose chunks are missing is fetched again at the next refresh. What had
  /// expired at `cutOff` is left to `deleteExpired`, whoever has taken its chunks.
  ///
  /// - Returns: how many documents have lost content.
  func reconcile(_ workspace: WorkspaceName, at cutOff: Timestamp, batch: Int) async throws -> Int

  /// Forgets a document and its content.
  ///
  /// - Returns: false when there is no such document.
  func remove(_ document: TrackedDocument) async throws -> Bool

  /// The chunks of a document, in order.
  func content(of document: TrackedDocument) async throws -> [Chunk]
}

/// Thrown where a workspace may not be worked on, for a reason that is no failure.
public struct WorkspaceUnavailable: Error, Hashable, CustomStringConvertible {
  /// `skipped_inactive` and the like, as reports have it.
  public let status: String
  /// The text for people.
  public let description: String
}

/// Thrown for a document whose chunks are not all there, so that it has to be written anew.
public struct ContentLost: Error, Hashable, CustomStringConvertible {
  /// The document.
  public let document: String

  /// The text for people.
  public var description: String { "chunks of document \(document) are missing" }
}

/// Thrown for a document whose content the store has refused, for reasons that are that document's alone.
public struct ContentRefused: Error, ClassifiedError, CustomStringConvertible {
  let refusal: WeaviateError

  /// The class by which retries and exit statuses are decided.
  public var errorClass: ErrorClass { refusal.errorClass }
  /// The text for people.
  public var description: String { refusal.description }
}

extension DocumentStore: ContentStore {
  /// The store itself.
  public var rows: DocumentStore { self }
  /// Embedded.
  public var kind: StoreKind { .embedded }

  /// Nothing has to be made ready, and every change is one transaction.
  public func during<Result>(_ workspace: WorkspaceName, _ body: () async throws -> Result) async throws
    -> Result
  {
    try await body()
  }

  /// A transaction leaves nothing half done; only what another store has begun is.
  public func settle(_ workspace: WorkspaceName) async throws {}

  /// There are none: every chunk has a row.
  public func deleteOrphans(in workspace: WorkspaceName, at cutOff: Timestamp) async throws -> Int { 0 }

  /// Rows and chunks cannot come apart: they change in the same transaction.
  public func reconcile(_ workspace: WorkspaceName, at cutOff: Timestamp, batch: Int) async throws -> Int {
    0
  }

  /// Forgets a document and its content.
  public func remove(_ document: TrackedDocument) async throws -> Bool { try remove(document.id) }

  /// The chunks of a document, in order.
  public func content(of document: TrackedDocument) async throws -> [Chunk] {
    try embeddedChunks(of: document.id)
  }
}
