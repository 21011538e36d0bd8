internal import Ctx7Database
public import Ctx7Model
internal import Synchronization

/// Content in a Weaviate: one class, one tenant a workspace, one object a chunk.
///
/// The two writes of a change have one order: row says "under way", chunks under ids that are the content's own,
/// row gets the content, other chunks go. Which chunks are a document's is told by the row alone, so before the
/// third step it is the old ones, after it the new ones.
public struct WeaviateStore: ContentStore {
  /// The rows of the documents.
  public let rows: DocumentStore
  let client: WeaviateClient
  let collection: WeaviateCollection
  let settings: WeaviateSettings
  private let tenants: TenantTable

  /// Weaviate.
  public var kind: StoreKind { .weaviate }

  /// What was listed when the run began.
  final class TenantTable: Sendable {
    let status: Mutex<[String: TenantStatus]>
    init(_ status: [String: TenantStatus]) { self.status = Mutex(status) }
  }

  /// Opens the store: finds or makes the class, and lists the tenants.
  ///
  /// - Throws: `WeaviateError`, `WeaviateMismatch`, or why there was no answer.
  public static func open(
    _ client: WebClient, _ settings: WeaviateSettings, key: String?, rows: DocumentStore
  ) async throws -> WeaviateStore {
    let weaviate = WeaviateClient(client, settings, key: key)
    let collection = try await WeaviateCollection.ready(settings, weaviate)
    return try await WeaviateStore(weaviate, collection, settings, rows: rows)
  }

  /// Lists the tenants.
  init(
    _ client: WeaviateClient, _ collection: WeaviateCollection, _ settings: WeaviateSettings,
    rows: DocumentStore
  ) async throws {
    self.rows = rows
    self.client = client
    self.collection = collection
    self.settings = settings
    tenants = TenantTable(try await client.tenants(of: collection.name))
  }

  /// By which property Weaviate deletes expired objects itself; nil where it does not.
  public var nativeTTL: String? { collection.nativeTTL }

  /// What an operator should know of the collection; empty when all is as it should be.
  public var remarks: [String] {
    var remarks: [String] = []
    let inexact = ["document_id", "source_provider"].filter { !collection.exactProperties.contains($0) }
    if !inexact.isEmpty {
      remarks.append(
        "\(inexact.joined(separator: " and ")) of \(collection.name) are compared word by word: deletions compare each object, which is slow"
      )
    }
    switch (collection.nativeTTL, settings.ttlMode) {
    case (nil, .both): remarks.append("ttl_mode is both, but \(collection.name) has no objectTtlConfig")
    case (let native?, _) where native != "expires_at":
      remarks.append(
        "Weaviate deletes the objects of \(collection.name) by \(native) rather than expires_at")
    case (_?, .job):
      remarks.append("Weaviate deletes expired objects of \(collection.name) too, although ttl_mode is job")
    default: break
    }
    return remarks
  }

  /// The workspaces that have documents, and the tenants, by name. Tenants whose names cannot be workspaces belong
  /// to somebody else.
  public func workspaces() async throws -> [WorkspaceName] {
    let listed = tenants.status.withLock { $0.keys.compactMap(WorkspaceName.init(rawValue:)) }
    return Set(listed).union(try rows.workspaces()).sorted()
  }

  /// Works on a tenant under a lock of this host; one that is not loaded is loaded for it, and unloaded again.
  public func during<Result>(_ workspace: WorkspaceName, _ body: () async throws -> Result) async throws
    -> Result
  {
    try await WorkspaceLock.during(workspace, beside: rows.file.path, beat: client.beat) {
      switch try await status(of: workspace) {
      case .unusable(let status):
        throw WorkspaceUnavailable(
          status: "skipped_\(status.lowercased())", description: "tenant \(workspace) is \(status)")
      case .inactive where settings.inactiveTenants == .skip:
        throw WorkspaceUnavailable(
          status: "skipped_inactive", description: "tenant \(workspace) is not active")
      case .inactive:
        try await client.setTenant(workspace, in: collection.name, active: true)
        let result: Swift.Result<Result, any Error>
        do { result = .success(try await body()) } catch { result = .failure(error) }
        try await deactivate(workspace)
        return try result.get()
      case .active, nil: return try await body()
      }
    }
  }

  /// As it is now, under the lock: since the tenants were listed, another job may have made it, loaded it, or unloaded
  /// it again.
  private func status(of workspace: WorkspaceName) async throws -> TenantStatus? {
    let found = try await client.tenant(workspace, of: collection.name)
    tenants.status.withLock { $0[workspace.rawValue] = found }
    return found
  }

  /// Also when the work was cancelled, which a task of its own does not inherit: else the tenant would stay loaded.
  private func deactivate(_ workspace: WorkspaceName) async throws {
    try await Task { try await client.setTenant(workspace, in: collection.name, active: false) }.value
  }

  func objects(_ workspace: WorkspaceName) -> WeaviateObjects {
    WeaviateObjects(client: client, collection: collection, tenant: workspace)
  }

  /// Makes the tenant of a workspace that has none.
  func ensureTenant(_ workspace: WorkspaceName) async throws {
    guard tenants.status.withLock({ $0[workspace.rawValue] }) == nil else { return }
    try await client.createTenant(workspace, in: collection.name)
    tenants.status.withLock { $0[workspace.rawValue] = .active }
  }

  /// Whether there is a tenant to ask.
  func hasTenant(_ workspace: WorkspaceName) -> Bool {
    tenants.status.withLock { $0[workspace.rawValue] } != nil
  }

  /// Does `body`; a tenant that has vanished since it was listed is nothing to do.
  func ifPresent<Value>(_ workspace: WorkspaceName, _ absent: Value, _ body: () async throws -> Value)
    async throws -> Value
  {
    guard hasTenant(workspace) else { return absent }
    do {
      return try await body()
    } catch let error as WeaviateError where error.isMissingTenant {
      _ = tenants.status.withLock { $0.removeValue(forKey: workspace.rawValue) }
      return absent
    }
  }
}
