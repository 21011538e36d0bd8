/// Where content is kept, where it comes from, and what is computed of it; secrets are never part of it.
///
/// `ctx7-units generate` stores it with each job, so that a firing reads neither YAML nor the environment for it.
public struct ServiceSettings: Hashable, Sendable {
  /// Which store holds the content of documents.
  public var documentStore = StoreKind.embedded
  /// The Weaviate that holds it, where one does.
  public var weaviate = WeaviateSettings()
  /// Context7's API.
  public var context7 = Context7Settings()
  /// How anything is fetched.
  public var fetch = FetchSettings()
  /// What turns chunks into vectors.
  public var embedding = ModelSettings(timeoutSeconds: 120)
  /// What may propose where a document is cut into chunks.
  public var llm = ModelSettings(timeoutSeconds: 60)
  /// How long documents stay fresh.
  public var ttl = TTLSettings()

  /// The defaults: everything embedded, no model.
  public init() {}
}

/// A place that keeps the content of documents.
public enum StoreKind: String, CaseIterable, Sendable {
  /// `documents.sqlite`
  case embedded
  case weaviate
}

/// A Weaviate and the collection in it.
public struct WeaviateSettings: Hashable, Sendable {
  /// Who deletes chunks that have expired (Weaviate's object TTL is in the API since 1.35).
  public enum TTLMode: String, CaseIterable, Sendable {
    /// The cleanup job.
    case job
    /// Weaviate's own sweep; the job checks on it and sweeps what it skips.
    case native
    case both
  }

  /// What is done about tenants that are not loaded.
  public enum InactiveTenants: String, CaseIterable, Sendable {
    /// Activate for the work, and deactivate again.
    case activate
    case skip
  }

  /// `http://host:port`, without `/v1`.
  public var url = "http://localhost:8080"
  /// The class; its tenants are the workspaces.
  public var collection = "DocumentContent"
  /// Who deletes what has expired.
  public var ttlMode = TTLMode.job
  /// What is done about tenants that are not loaded.
  public var inactiveTenants = InactiveTenants.activate
  /// The longest a request may take.
  public var timeoutSeconds = 60

  /// The defaults.
  public init() {}
}

/// Context7's API.
public struct Context7Settings: Hashable, Sendable {
  /// The base of the API, `/api` included.
  public var apiURL = "https://context7.com/api"
  /// The base of the libraries' `llms.txt`.
  public var baseURL = "https://context7.com"
  /// How much of a library is asked for, 100…1000000.
  public var tokens = 500_000

  /// The defaults.
  public init() {}
}

/// How anything is fetched.
public struct FetchSettings: Hashable, Sendable {
  /// Whether documents may come from loopback and private addresses.
  public var allowPrivateHosts = false
  /// Requests to sources in one run, ≥ 1; nil for no limit.
  public var requestBudget: Int?
  /// The longest a request may take, 1…600.
  public var timeoutSeconds = 60
  /// The longest a connection may take to come about, 1…60.
  public var connectTimeoutSeconds = 10
  /// How often a request is sent again that failed in a way that may pass, 0…10.
  public var retries = 2

  /// The defaults.
  public init() {}
}

/// A model and the server that runs it.
public struct ModelSettings: Hashable, Sendable {
  /// The protocol that the server speaks.
  public enum Provider: String, CaseIterable, Sendable {
    /// No model is used.
    case none
    case ollama
    /// OpenAI's, which many servers speak.
    case openai
  }

  /// The protocol that the server speaks.
  public var provider = Provider.none
  /// The base of the server's URLs, without `/v1`; nil for the provider's own.
  public var endpoint: String?
  /// The model's name; required with a provider.
  public var model = ""
  /// Texts in one request, 1…256.
  public var batchSize = 32
  /// The length of the vectors where the model lets one choose; nil for its own.
  public var dimensions: Int?
  /// The longest a request may take, 1…600; the first one may have to load the model.
  public var timeoutSeconds: Int

  /// The defaults: no model.
  public init(timeoutSeconds: Int) {
    self.timeoutSeconds = timeoutSeconds
  }

  /// Where requests go to.
  public var base: String {
    endpoint ?? (provider == .openai ? "https://api.openai.com" : "http://localhost:11434")
  }
}

/// The keys of services, each in a file of its own; the names are those of the files.
public enum ServiceCredential: String, CaseIterable, Sendable {
  case context7 = "context7-api-key"
  case weaviate = "weaviate-api-key"
  case openAI = "openai-api-key"
}
