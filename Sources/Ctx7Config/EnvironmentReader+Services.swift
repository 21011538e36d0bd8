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
    // Another program's value is no error of ours.
    accept(
      "AI_OLLAMA_ENDPOINT", "AI_OLLAMA_MODEL", "AI_OLLAMA_TIMEOUT", "AI_OPENAI_MODEL", "AI_OPENAI_TIMEOUT")
    switch llm.provider {
    case .none: return
    case .ollama:
      llm.endpoint = url("AI_OLLAMA_ENDPOINT") ?? llm.endpoint
      llm.model = text("AI_OLLAMA_MODEL") ?? llm.model
      llm.timeoutSeconds = integer("AI_OLLAMA_TIMEOUT", ServiceRange.timeout) ?? llm.timeoutSeconds
    case .openai:
      // OpenAI's own variable ends with the version.
      let base = url("OPENAI_API_BASE").map { $0.hasSuffix("/v1") ? String($0.dropLast(3)) : $0 }
      llm.endpoint = base ?? llm.endpoint
      llm.model = text("AI_OPENAI_MODEL") ?? llm.model
      llm.timeoutSeconds = integer("AI_OPENAI_TIMEOUT", ServiceRange.timeout) ?? llm.timeoutSeconds
    }
  }
}
