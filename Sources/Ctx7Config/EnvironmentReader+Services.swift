internal import Ctx7Model

extension EnvironmentReader {
  /// The variables of the store, the sources and the models, over what the files give. Keys are read by the
  /// programs that need them, and are never part of a configuration.
  func apply(to services: inout ServiceSettings) {
    services.documentStore = choice("CTX7_DOCUMENT_STORE", StoreKind.self) ?? services.documentStore
    services.weaviate.url = url("WEAVIATE_URL") ?? services.weaviate.url
    services.context7.apiURL = url("CONTEXT7_API_URL") ?? services.context7.apiURL
    services.context7.baseURL = url("CONTEXT7_BASE_URL") ?? services.context7.baseURL
    services.fetch.allowPrivateHosts =
      bool("CTX7_ALLOW_PRIVATE_HOSTS") ?? services.fetch.allowPrivateHosts
    services.fetch.requestBudget =
      integer("CTX7_REQUEST_BUDGET", ServiceRange.budget) ?? services.fetch.requestBudget
    apply(to: &services.llm)
    apply(to: &services.ttl)
  }

  /// The reference's variables name the language model, each provider its own.
  private func apply(to llm: inout ModelSettings) {
    let ollama = (
      url("AI_OLLAMA_ENDPOINT"), text("AI_OLLAMA_MODEL"), integer("AI_OLLAMA_TIMEOUT", ServiceRange.timeout)
    )
    let openAI = (
      url("OPENAI_API_BASE"), text("AI_OPENAI_MODEL"), integer("AI_OPENAI_TIMEOUT", ServiceRange.timeout)
    )
    let given: (String?, String?, Int?)
    switch llm.provider {
    case .none: return
    case .ollama: given = ollama
    // OpenAI's own variable ends with the version.
    case .openai:
      given = (openAI.0.map { $0.hasSuffix("/v1") ? String($0.dropLast(3)) : $0 }, openAI.1, openAI.2)
    }
    llm.endpoint = given.0 ?? llm.endpoint
    llm.model = given.1 ?? llm.model
    llm.timeoutSeconds = given.2 ?? llm.timeoutSeconds
  }
}
