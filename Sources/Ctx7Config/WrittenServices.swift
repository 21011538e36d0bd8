internal import Ctx7Model

/// The ranges of what the services are configured with.
enum ServiceRange {
  static let timeout = 1...600
  static let connectTimeout = 1...60
  static let retries = 0...10
  static let budget = 1...100_000_000
  static let tokens = 100...1_000_000
  static let batch = 1...256
  static let dimensions = 1...65_536
}

/// Where sections stand whose keys do not go together, until the environment has had its say.
struct Contradictions {
  var embedding: SourcePosition?
  var llm: SourcePosition?
  var ttl: SourcePosition?

  /// Reports those that are still there.
  func report(in services: ServiceSettings, _ diagnostics: Diagnostics) {
    for (section, position, settings) in [
      ("embedding", embedding, services.embedding), ("llm", llm, services.llm),
    ] {
      guard let position, settings.lacksModel else { continue }
      diagnostics.error(
        position, "\(section): provider '\(settings.provider.rawValue)' needs a model")
    }
    if let ttl, let problem = services.ttl.problem { diagnostics.error(ttl, problem) }
  }
}

extension ModelSettings {
  fileprivate var lacksModel: Bool { provider != .none && model.isEmpty }
}

/// The sections of ctx7.yaml about the store, the sources and the models, laid over what is built in.
extension MappingReader {
  func services(_ services: inout ServiceSettings) -> Contradictions {
    var contradictions = Contradictions()
    services.documentStore = choice("document_store", StoreKind.self) ?? services.documentStore
    if let section = mapping("weaviate") {
      section.weaviate(&services.weaviate)
      section.finish()
    }
    if let section = mapping("context7") {
      section.context7(&services.context7)
      section.finish()
    }
    if let section = mapping("fetch") {
      section.fetch(&services.fetch)
      section.finish()
    }
    if let section = mapping("embedding") {
      contradictions.embedding = section.model(&services.embedding, hasVectors: true)
      section.finish()
    }
    if let section = mapping("llm") {
      contradictions.llm = section.model(&services.llm, hasVectors: false)
      section.finish()
    }
    if let section = mapping("ttl") {
      section.timeToLive(&services.ttl)
      section.finish()
      if services.ttl.problem != nil { contradictions.ttl = section.position }
    }
    return contradictions
  }

  private func weaviate(_ settings: inout WeaviateSettings) {
    settings.url = url("url") ?? settings.url
    if let name = string("collection") {
      if ScalarText(name).isCollection {
        settings.collection = name
      } else {
        diagnostics.error(position(of: "collection"), "collection: \(ScalarText.collectionGrammar(name))")
      }
    }
    settings.ttlMode = choice("ttl_mode", WeaviateSettings.TTLMode.self) ?? settings.ttlMode
    settings.inactiveTenants =
      choice("inactive_tenants", WeaviateSettings.InactiveTenants.self) ?? settings.inactiveTenants
    settings.timeoutSeconds = integer("timeout_seconds", ServiceRange.timeout) ?? settings.timeoutSeconds
  }

  private func context7(_ settings: inout Context7Settings) {
    settings.apiURL = url("api_url") ?? settings.apiURL
    settings.baseURL = url("base_url") ?? settings.baseURL
    settings.tokens = integer("tokens", ServiceRange.tokens) ?? settings.tokens
  }

  private func fetch(_ settings: inout FetchSettings) {
    settings.allowPrivateHosts = bool("allow_private_hosts") ?? settings.allowPrivateHosts
    settings.requestBudget = integer("request_budget", ServiceRange.budget) ?? settings.requestBudget
    settings.timeoutSeconds = integer("timeout_seconds", ServiceRange.timeout) ?? settings.timeoutSeconds
    settings.connectTimeoutSeconds =
      integer("connect_timeout_seconds", ServiceRange.connectTimeout) ?? settings.connectTimeoutSeconds
    settings.retries = integer("retries", ServiceRange.retries) ?? settings.retries
  }

  /// - Returns: where it stands that the model is missing; nil where it is not.
  private func model(_ settings: inout ModelSettings, hasVectors: Bool) -> SourcePosition? {
    settings.provider = choice("provider", ModelSettings.Provider.self) ?? settings.provider
    settings.endpoint = url("endpoint") ?? settings.endpoint
    settings.model = string("model") ?? settings.model
    settings.timeoutSeconds = integer("timeout_seconds", ServiceRange.timeout) ?? settings.timeoutSeconds
    if hasVectors {
      settings.batchSize = integer("batch_size", ServiceRange.batch) ?? settings.batchSize
      settings.dimensions = integer("dimensions", ServiceRange.dimensions) ?? settings.dimensions
    }
    return settings.lacksModel ? position(of: "provider") : nil
  }
}

extension ScalarText {
  /// The base of a service's URLs: http or https, a host, no credentials and no query; a slash at the end goes.
  func base() throws(Refusal) -> String {
    let scheme = ["http://", "https://"].first { text.hasPrefix($0) }
    let rest = scheme.map { text.dropFirst($0.count) } ?? ""
    guard let scheme, let first = rest.first, first != "/",
      rest.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
    else { throw Refusal(description: "'\(text)' is no address such as http://localhost:8080") }
    guard !rest.contains("@") else {
      throw Refusal(
        description:
          "it holds credentials; put the key into a file beside the configuration: "
          + ServiceCredential.allCases.map { "credentials/\($0.rawValue)" }.joined(separator: ", "))
    }
    guard !rest.contains("?"), !rest.contains("#") else {
      throw Refusal(description: "'\(text)' has a query; only the beginning of the addresses is given")
    }
    if let problem = PortNumber.problem(in: text) { throw Refusal(description: "'\(text)' \(problem)") }
    var path = rest
    while path.last == "/" { path.removeLast() }
    return scheme + path
  }

  /// Weaviate's rule for the names of classes.
  var isCollection: Bool {
    guard let first = text.utf8.first, (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(first) else {
      return false
    }
    return text.utf8.count <= 255
      && text.utf8.allSatisfy { byte in
        byte.isASCIIAlphanumeric || byte == UInt8(ascii: "_")
      }
  }

  static func collectionGrammar(_ name: String) -> String {
    "'\(name)' is no collection: a capital letter, then letters, digits and '_', at most 255"
  }
}
