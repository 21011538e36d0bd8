extension ServiceSettings {
  /// The settings under the names of the configuration.
  public var json: JSONValue {
    [
      "document_store": .string(documentStore.rawValue),
      "weaviate": [
        "url": .string(weaviate.url), "collection": .string(weaviate.collection),
        "ttl_mode": .string(weaviate.ttlMode.rawValue),
        "inactive_tenants": .string(weaviate.inactiveTenants.rawValue),
        "timeout_seconds": JSONValue(weaviate.timeoutSeconds),
      ],
      "context7": [
        "api_url": .string(context7.apiURL), "base_url": .string(context7.baseURL),
        "tokens": JSONValue(context7.tokens),
      ],
      "fetch": [
        "allow_private_hosts": .bool(fetch.allowPrivateHosts),
        "request_budget": JSONValue(fetch.requestBudget),
        "timeout_seconds": JSONValue(fetch.timeoutSeconds),
        "connect_timeout_seconds": JSONValue(fetch.connectTimeoutSeconds),
        "retries": JSONValue(fetch.retries),
      ],
      "embedding": embedding.json,
      "llm": llm.json,
      "ttl": ttl.json,
    ]
  }

  /// Reads what `json` wrote.
  public init(json: JSONValue) throws(StoredConfigError) {
    self.init()
    documentStore = try json.required("document_store") { $0.string.flatMap(StoreKind.init) }
    let weaviate = try json.required("weaviate") { $0 }
    self.weaviate.url = try weaviate.required("url", \.string)
    self.weaviate.collection = try weaviate.required("collection", \.string)
    self.weaviate.ttlMode = try weaviate.required("ttl_mode") {
      $0.string.flatMap(WeaviateSettings.TTLMode.init)
    }
    self.weaviate.inactiveTenants = try weaviate.required("inactive_tenants") {
      $0.string.flatMap(WeaviateSettings.InactiveTenants.init)
    }
    self.weaviate.timeoutSeconds = try weaviate.required("timeout_seconds", \.integer)
    let context7 = try json.required("context7") { $0 }
    self.context7.apiURL = try context7.required("api_url", \.string)
    self.context7.baseURL = try context7.required("base_url", \.string)
    self.context7.tokens = try context7.required("tokens", \.integer)
    let fetch = try json.required("fetch") { $0 }
    self.fetch.allowPrivateHosts = try fetch.required("allow_private_hosts", \.bool)
    self.fetch.requestBudget = try fetch.optional("request_budget", \.integer)
    self.fetch.timeoutSeconds = try fetch.required("timeout_seconds", \.integer)
    self.fetch.connectTimeoutSeconds = try fetch.required("connect_timeout_seconds", \.integer)
    self.fetch.retries = try fetch.required("retries", \.integer)
    embedding = try ModelSettings(json: json.required("embedding") { $0 })
    llm = try ModelSettings(json: json.required("llm") { $0 })
    ttl = try TTLSettings(json: json.required("ttl") { $0 })
  }
}

extension ModelSettings {
  var json: JSONValue {
    [
      "provider": .string(provider.rawValue), "endpoint": JSONValue(endpoint), "model": .string(model),
      "batch_size": JSONValue(batchSize), "dimensions": JSONValue(dimensions),
      "timeout_seconds": JSONValue(timeoutSeconds),
    ]
  }

  init(json: JSONValue) throws(StoredConfigError) {
    self.init(timeoutSeconds: try json.required("timeout_seconds", \.integer))
    provider = try json.required("provider") { $0.string.flatMap(Provider.init) }
    endpoint = try json.optional("endpoint", \.string)
    model = try json.required("model", \.string)
    batchSize = try json.required("batch_size", \.integer)
    dimensions = try json.optional("dimensions", \.integer)
  }
}

extension TTLSettings {
  var json: JSONValue {
    [
      "default_days": JSONValue(defaultDays), "min_days": JSONValue(minimumDays),
      "max_days": JSONValue(maximumDays),
      "enable_tech_multipliers": .bool(usesTechnology), "enable_doc_type_adjustments": .bool(usesType),
      "enable_freshness_boost": .bool(usesFreshness), "enable_popularity_boost": .bool(usesPopularity),
      "freshness_boost_days": JSONValue(freshnessDays),
      "freshness_boost_multiplier": .number(freshnessFactor),
      "popularity_threshold": JSONValue(popularityThreshold),
      "popularity_boost_multiplier": .number(popularityFactor),
      "technology_multipliers": Self.object(technologies),
      "doc_type_adjustments": Self.object(
        Dictionary(uniqueKeysWithValues: types.map { ($0.key.rawValue, $0.value) })),
    ]
  }

  init(json: JSONValue) throws(StoredConfigError) {
    self.init()
    defaultDays = try json.required("default_days", \.integer)
    minimumDays = try json.required("min_days", \.integer)
    maximumDays = try json.required("max_days", \.integer)
    usesTechnology = try json.required("enable_tech_multipliers", \.bool)
    usesType = try json.required("enable_doc_type_adjustments", \.bool)
    usesFreshness = try json.required("enable_freshness_boost", \.bool)
    usesPopularity = try json.required("enable_popularity_boost", \.bool)
    freshnessDays = try json.required("freshness_boost_days", \.integer)
    freshnessFactor = try json.required("freshness_boost_multiplier", \.number)
    popularityThreshold = try json.required("popularity_threshold", \.integer)
    popularityFactor = try json.required("popularity_boost_multiplier", \.number)
    technologies = try json.required("technology_multipliers", Self.factors)
    let types = try json.required("doc_type_adjustments", Self.factors)
    self.types = Dictionary(
      types.compactMap { name, factor in DocumentType(rawValue: name).map { ($0, factor) } },
      uniquingKeysWith: { first, _ in first })
  }

  /// In the order of the names: the same settings are always the same text.
  private static func object(_ factors: [String: Double]) -> JSONValue {
    .object(factors.sorted { $0.key < $1.key }.map { .init($0.key, .number($0.value)) })
  }

  private static func factors(_ json: JSONValue) -> [String: Double]? {
    guard case .object(let members) = json else { return nil }
    var factors: [String: Double] = [:]
    for member in members {
      guard let factor = member.value.number else { return nil }
      factors[member.name] = factor
    }
    return factors
  }
}
