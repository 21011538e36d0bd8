import Ctx7Config
import Ctx7Model
import Testing

@Suite struct ServiceConfigTests {
  private func services(_ yaml: String, _ environment: [String: String] = [:]) throws -> ServiceSettings {
    let loaded = load(yaml, environment: environment)
    #expect(loaded.diagnostics.isEmpty)
    return try #require(loaded.configuration).host.services
  }

  @Test func `without a word everything is embedded and nothing is asked of anybody`() throws {
    let services = try services("")
    #expect(services == ServiceSettings())
    #expect(services.documentStore == .embedded)
    #expect(services.embedding.provider == .none)
    #expect(services.llm.provider == .none)
    #expect(!services.fetch.allowPrivateHosts)
  }

  @Test func `every key is read, stored and read back`() throws {
    let services = try services(
      """
      document_store: weaviate
      weaviate: {url: "https://weaviate.example:8443/", collection: Docs_2, ttl_mode: both, inactive_tenants: skip, timeout_seconds: 5}
      context7: {api_url: "https://c7.example/api", base_url: "https://c7.example", tokens: 1000}
      fetch: {allow_private_hosts: true, request_budget: 100, timeout_seconds: 7, connect_timeout_seconds: 3, retries: 0}
      embedding: {provider: ollama, endpoint: "http://gpu:11434", model: nomic, batch_size: 8, dimensions: 256, timeout_seconds: 9}
      llm: {provider: openai, model: small, timeout_seconds: 11}
      ttl:
        default_days: 14
        min_days: 2
        max_days: 60
        enable_tech_multipliers: false
        enable_doc_type_adjustments: false
        enable_freshness_boost: false
        enable_popularity_boost: false
        freshness_boost_days: 10
        freshness_boost_multiplier: 2
        popularity_threshold: 5
        popularity_boost_multiplier: 1.1
        technology_multipliers: {React: 3, my.lib: 0.1}
        doc_type_adjustments: {api: 0.5, getting_started: 10}
      """)
    #expect(services.documentStore == .weaviate)
    #expect(services.weaviate.url == "https://weaviate.example:8443")
    #expect(services.weaviate.collection == "Docs_2")
    #expect(services.weaviate.ttlMode == .both)
    #expect(services.weaviate.inactiveTenants == .skip)
    #expect(services.context7.tokens == 1000)
    #expect(services.fetch.requestBudget == 100)
    #expect(services.embedding.dimensions == 256)
    #expect(services.llm.base == "https://api.openai.com")
    #expect(services.ttl.defaultDays == 14)
    #expect(services.ttl.technologies["react"] == 3)
    #expect(services.ttl.technologies["my.lib"] == 0.1)
    #expect(services.ttl.technologies["vue"] == 1.5)
    #expect(services.ttl.types[.gettingStarted] == 10)
    #expect(!services.ttl.usesTechnology && !services.ttl.usesType)
    #expect(try ServiceSettings(json: JSONValue(parsing: services.json.description)) == services)
    #expect(
      try HostSettings(json: JSONValue(parsing: HostSettings(services: services).json.description)).services
        == services)
  }

  static let refused: [(String, String)] = [
    ("document_store: sqlite", "document_store: 'sqlite'; it is one of embedded, weaviate"),
    ("weaviate: {url: localhost}", "url: 'localhost' is no address such as http://localhost:8080"),
    ("weaviate: {url: \"http://host:65536\"}", "url: 'http://host:65536' names no port from 1 to 65535"),
    ("weaviate: {url: \"http://[::1\"}", "url: 'http://[::1' is no address"),
    (
      "weaviate: {url: \"http://me:secret@host\"}",
      "url: it holds credentials; put the key into a file beside the configuration: credentials/context7-api-key, "
    ),
    ("weaviate: {api_key: x}", "unknown key 'api_key'"),
    ("weaviate: {collection: documents}", "collection: 'documents' is no collection"),
    ("context7: {tokens: 99}", "tokens: 99 is out of range"),
    ("fetch: {retries: 11}", "retries: 11 is out of range"),
    ("embedding: {provider: ollama}", "embedding: provider 'ollama' needs a model"),
    ("llm: {provider: anthropic}", "provider: 'anthropic'"),
    ("llm: {batch_size: 3}", "unknown key 'batch_size'"),
    ("ttl: {default_days: 500}", "default_days: 500 is out of range"),
    ("ttl: {default_days: 100}", "default_days (100) is not between min_days (1) and max_days (90)"),
    ("ttl: {min_days: 30, max_days: 20}", "min_days (30) is not below max_days (20)"),
    ("ttl: {technology_multipliers: {react: 11}}", "react: 11 is out of range: allowed is 0.1 to 10"),
    ("ttl: {doc_type_adjustments: {apis: 1}}", "unknown key 'apis'; did you mean 'api'?"),
    ("ttl: {freshness_boost_multiplier: 0.5}", "freshness_boost_multiplier: 0.5 is out of range"),
  ]

  @Test(arguments: refused)
  func `what cannot be meant is refused where it stands`(yaml: String, message: String) {
    let loaded = load(yaml)
    #expect(loaded.configuration == nil)
    #expect(loaded.diagnostics.count == 1)
    #expect(loaded.diagnostics.first?.message.contains(message) == true)
    #expect(loaded.diagnostics.first?.position?.line == 1)
  }

  @Test func `the environment wins over the file`() throws {
    let services = try services(
      "ttl: {default_days: 14}\nweaviate: {url: \"http://a\"}\nllm: {provider: ollama, model: a}",
      [
        "CTX7_DOCUMENT_STORE": "weaviate", "WEAVIATE_URL": "http://b:8080",
        "CONTEXT7_API_URL": "http://c/api",
        "CONTEXT7_BASE_URL": "http://c", "CTX7_ALLOW_PRIVATE_HOSTS": "true", "CTX7_REQUEST_BUDGET": "9",
        "AI_OLLAMA_ENDPOINT": "http://d", "AI_OLLAMA_MODEL": "b", "AI_OLLAMA_TIMEOUT": "5",
        "CONTEXT7_TTL_DEFAULT_DAYS": "21", "CONTEXT7_TTL_TECH_REACT_MULTIPLIER": "2.5",
        "CONTEXT7_TTL_DOC_API_ADJUSTMENT": "0.8", "CONTEXT7_TTL_ENABLE_FRESHNESS_BOOST": "false",
        "WEAVIATE_API_KEY": "secret",
      ])
    #expect(services.documentStore == .weaviate)
    #expect(services.weaviate.url == "http://b:8080")
    #expect(services.context7.apiURL == "http://c/api")
    #expect(services.fetch.allowPrivateHosts)
    #expect(services.fetch.requestBudget == 9)
    #expect(services.llm.model == "b")
    #expect(services.llm.timeoutSeconds == 5)
    #expect(services.ttl.defaultDays == 21)
    #expect(services.ttl.technologies["react"] == 2.5)
    #expect(services.ttl.types[.api] == 0.8)
    #expect(!services.ttl.usesFreshness)
    #expect(!services.json.description.contains("secret"))
  }

  @Test(arguments: [
    ("llm: {provider: ollama}", "AI_OLLAMA_MODEL", "llama3"),
    ("ttl: {min_days: 20, max_days: 25}", "CONTEXT7_TTL_DEFAULT_DAYS", "22"),
  ])
  func `what a file leaves open the environment may say`(yaml: String, name: String, value: String) throws {
    #expect(load(yaml).configuration == nil)
    _ = try services(yaml, [name: value])
    #expect(load(yaml, environment: [name: ""]).lines.map { $0.hasPrefix("ctx7.yaml:1:") } == [true])
  }

  @Test func `every variable of the time to live sets something of its own`() throws {
    var values = [
      "DEFAULT_DAYS": "21", "MIN_DAYS": "3", "MAX_DAYS": "80", "ENABLE_TECH_MULTIPLIERS": "false",
      "ENABLE_DOC_TYPE_ADJUSTMENTS": "FALSE", "ENABLE_FRESHNESS_BOOST": "false",
      "ENABLE_POPULARITY_BOOST": "false", "FRESHNESS_BOOST_DAYS": "180", "FRESHNESS_BOOST_MULTIPLIER": "4.5",
      "POPULARITY_THRESHOLD": "7", "POPULARITY_BOOST_MULTIPLIER": "2.5",
    ]
    let technologies = [
      "REACT", "VUE", "ANGULAR", "PYTHON", "JAVASCRIPT", "TYPESCRIPT", "DOCKER", "KUBERNETES", "AWS", "NODE",
    ]
    for name in technologies { values["TECH_\(name)_MULTIPLIER"] = "9.5" }
    for name in ["API", "TUTORIAL", "GUIDE", "REFERENCE", "CHANGELOG", "BLOG", "NEWS"] {
      values["DOC_\(name)_ADJUSTMENT"] = "0.2"
    }
    let settings = try values.map { try services("", ["CONTEXT7_TTL_\($0.key)": $0.value]).ttl }
    #expect(!settings.contains(TTLSettings()))
    #expect(Set(settings).count == values.count)
    #expect(try services("", ["CONTEXT7_TTL_TECH_NODE_MULTIPLIER": "9.5"]).ttl.technologies["node"] == 9.5)
    #expect(try services("", ["CONTEXT7_TTL_MAX_DAYS": "80"]).ttl.maximumDays == 80)
  }

  @Test(arguments: [
    ("CONTEXT7_TTL_DEFAULT_DAYS", "500"), ("CONTEXT7_TTL_DEFAULT_DAYS", "100"),
    ("CONTEXT7_TTL_MIN_DAYS", "31"),
    ("CONTEXT7_TTL_TECH_AWS_MULTIPLIER", "0"), ("WEAVIATE_URL", "weaviate"), ("CTX7_DOCUMENT_STORE", "x"),
  ])
  func `the environment has the same bounds`(name: String, value: String) {
    let loaded = load("", environment: [name: value])
    #expect(loaded.configuration == nil)
    #expect(loaded.diagnostics.first?.message.hasPrefix("environment: ") == true)
  }

  @Test func `a variable of the time to live that there is not is said so`() {
    let loaded = load("", environment: ["CONTEXT7_TTL_DEFAULT_DAY": "3"])
    #expect(loaded.diagnostics.first?.message.contains("did you mean CONTEXT7_TTL_DEFAULT_DAYS?") == true)
  }
}
