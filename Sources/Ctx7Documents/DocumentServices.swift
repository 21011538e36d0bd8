public import Ctx7Model

/// Everything that is configured about documents, before any connection is made.
public struct DocumentServices: Sendable {
  /// The rows of the documents.
  public let rows: DocumentStore
  /// Which store, which sources, which models.
  public let settings: ServiceSettings
  let secrets: Secrets
  let environment: [String: String]
  private let timeBudget: Duration?
  private let retryDelay: Duration

  /// Brings together what a run needs.
  ///
  /// - Parameters:
  ///   - environment: for the proxy variables.
  ///   - timeBudget: how long the run may take; servers that ask to wait longer are not waited for.
  ///   - retryDelay: the longest wait before the first retry of a request.
  public init(
    rows: DocumentStore, settings: ServiceSettings = ServiceSettings(), secrets: Secrets = Secrets(),
    environment: [String: String] = [:], timeBudget: Duration? = nil,
    retryDelay: Duration = .milliseconds(500)
  ) {
    self.rows = rows
    self.settings = settings
    self.secrets = secrets
    self.environment = environment
    self.timeBudget = timeBudget
    self.retryDelay = retryDelay
  }

  /// The services, open.
  public struct Connections: Sendable {
    /// Where content is kept.
    public let content: any ContentStore
    /// Where it comes from.
    public let source: AnySource
    /// What makes vectors of it; nil without a model.
    public let embedder: Embedder?
    /// What may propose where to cut it; nil without a model.
    public let boundaries: BoundaryModel?
  }

  /// Opens the services, hands them to `body` and closes them.
  ///
  /// - Parameters:
  ///   - delaySeconds: between two requests to one host that documents come from.
  ///   - beat: called at every request, and every minute of waiting for one.
  public func with<Result>(
    delaySeconds: Double = 0, announce: @escaping Context7Source.Announce = { _, _, _ in },
    beat: @escaping @Sendable () -> Void = {},
    _ body: (Connections) async throws -> Result
  ) async throws -> Result {
    var options = WebClient.Options(
      settings.fetch, delaySeconds: delaySeconds, deadline: timeBudget.map { ContinuousClock.now + $0 },
      environment: environment)
    options.retryDelay = retryDelay
    options.beat = beat
    return try await WebClient.with(options) { client in
      let timeout = Duration.seconds(settings.fetch.timeoutSeconds)
      return try await body(
        Connections(
          content: try await content(client),
          source: AnySource(
            web: WebSource(client, timeout: timeout),
            context7: Context7Source(
              client, settings.context7, key: secrets.context7, timeout: timeout, announce: announce)),
          embedder: Embedder(client, settings.embedding, key: key(settings.embedding)),
          boundaries: BoundaryModel(client, settings.llm, key: key(settings.llm))))
    }
  }

  /// The same for work that asks no source and no model: the embedded store needs no network either.
  public func withContent<Result>(
    beat: @escaping @Sendable () -> Void = {}, _ body: (any ContentStore) async throws -> Result
  ) async throws -> Result {
    switch settings.documentStore {
    case .embedded: try await body(rows)
    case .weaviate: try await with(beat: beat) { try await body($0.content) }
    }
  }

  /// The same services with another store.
  public func using(_ store: StoreKind) -> DocumentServices {
    var settings = settings
    settings.documentStore = store
    return DocumentServices(
      rows: rows, settings: settings, secrets: secrets, environment: environment, timeBudget: timeBudget,
      retryDelay: retryDelay)
  }

  /// The mark of the model that chunks are to be embedded with; nil without one.
  public var embeddingModel: String? {
    settings.embedding.provider == .none ? nil : Embedder.mark(settings.embedding)
  }

  private func content(_ client: WebClient) async throws -> any ContentStore {
    switch settings.documentStore {
    case .embedded: rows
    case .weaviate: try await WeaviateStore.open(client, settings.weaviate, key: secrets.weaviate, rows: rows)
    }
  }

  func key(_ model: ModelSettings) -> String? {
    model.provider == .openai ? secrets.openAI : nil
  }
}
