public import Ctx7Documents
public import Ctx7Model

extension HealthCheck {
  /// What is asked of everything that documents depend on: the store and the sources, the models where there are any,
  /// and the workspaces.
  ///
  /// - Parameter now: what counts as expired.
  public static func probes(of services: DocumentServices, now: @escaping @Sendable () -> Timestamp)
    -> [Probe]
  {
    var probes: [Probe] = []
    if services.settings.documentStore == .weaviate {
      probes.append(Probe("weaviate", isVital: true) { Finding(await services.weaviateHealth()) })
    }
    probes.append(Probe("context7_service", isVital: false) { Finding(await services.context7Health()) })
    for (name, model) in [("embedding", services.settings.embedding), ("llm", services.settings.llm)]
    where model.provider != .none {
      probes.append(Probe(name, isVital: false) { Finding(await services.modelHealth(model)) })
    }
    let store = services.settings.documentStore
    probes.append(
      Probe("workspaces", isVital: false) { try workspaces(services.rows, store: store, at: now()) })
    return probes
  }

  private static func workspaces(_ rows: DocumentStore, store: StoreKind, at now: Timestamp) throws -> Finding
  {
    let workspaces = try rows.workspaces()
    let expired = try rows.expiredWorkspaces(at: now)
    var troubles: [String] = []
    if !expired.isEmpty {
      troubles.append("expired documents in \(expired.map(\.rawValue).joined(separator: ", "))")
    }
    // A refresh writes to the store that is configured, and does not reach what is left in Weaviate.
    if store == .embedded, try rows.holdsContent(in: .weaviate) {
      troubles.append(
        "documents are still in Weaviate, where the next refresh leaves them behind; before it, run "
          + "'ctx7ctl documents copy --from weaviate --to embedded'")
    }
    return Finding(
      troubles.isEmpty ? .healthy : .degraded,
      troubles.isEmpty ? workspaces.count.counted("workspace") : troubles.joined(separator: "; "),
      figures: [
        .init("total_workspaces", .integer(workspaces.count)),
        .init("healthy_workspaces", .integer(workspaces.count - expired.count)),
      ])
  }
}

extension HealthCheck.Finding {
  /// What a service said.
  fileprivate init(_ health: ServiceHealth) {
    let status: HealthCheck.Status =
      switch health.status {
      case .healthy: .healthy
      case .degraded: .degraded
      case .unhealthy: .unhealthy
      }
    self.init(status, health.details)
  }
}
