extension JobWork {
  /// The parameters under the reference's names.
  public var parametersJSON: JSONValue {
    switch self {
    case .healthCheck, .maintenance:
      return .object([])
    case .command(let parameters):
      return parameters.json
    case .ttlCleanup(let parameters):
      return .object(
        [
          .init("batch_size", JSONValue(parameters.batchSize)),
          .init("max_age_days", JSONValue(parameters.maxAgeDays)),
          .init("max_concurrent_workspace_jobs", JSONValue(parameters.maxConcurrentWorkspaceJobs)),
        ] + parameters.workspaces.members)
    case .documentRefresh(let parameters):
      return .object(
        [
          .init("batch_size", JSONValue(parameters.batchSize)),
          .init("threshold_days", JSONValue(parameters.thresholdDays)),
          .init("max_age_days", JSONValue(parameters.maxAgeDays)),
          .init("minimum_quality_score", .number(parameters.minimumQualityScore)),
          .init("skip_recent_updates", .bool(parameters.skipRecentUpdates)),
          .init("rate_limit_delay_seconds", .number(parameters.rateLimitDelaySeconds)),
          .init("max_concurrent_workspace_jobs", JSONValue(parameters.maxConcurrentWorkspaceJobs)),
        ] + parameters.workspaces.members)
    }
  }

  /// Reads what `parametersJSON` wrote.
  public init(type: JobType, parametersJSON json: JSONValue) throws(StoredConfigError) {
    switch type {
    case .healthCheck: self = .healthCheck
    case .maintenance: self = .maintenance
    case .command: self = .command(try CommandParameters(json: json))
    case .ttlCleanup:
      self = .ttlCleanup(
        CleanupParameters(
          batchSize: try json.required("batch_size", \.integer),
          maxAgeDays: try json.required("max_age_days", \.integer),
          workspaces: try WorkspaceSelection(json: json),
          maxConcurrentWorkspaceJobs: try json.required("max_concurrent_workspace_jobs", \.integer)))
    case .documentRefresh:
      self = .documentRefresh(
        RefreshParameters(
          batchSize: try json.required("batch_size", \.integer),
          thresholdDays: try json.required("threshold_days", \.integer),
          maxAgeDays: try json.required("max_age_days", \.integer),
          minimumQualityScore: try json.required("minimum_quality_score", \.number),
          skipRecentUpdates: try json.required("skip_recent_updates", \.bool),
          rateLimitDelaySeconds: try json.required("rate_limit_delay_seconds", \.number),
          workspaces: try WorkspaceSelection(json: json),
          maxConcurrentWorkspaceJobs: try json.required("max_concurrent_workspace_jobs", \.integer)))
    }
  }
}

extension WorkspaceSelection {
  var members: [JSONValue.Member] {
    [
      .init("target_workspaces", .array(targets.map { .string($0) })),
      .init("excluded_workspaces", .array(excluded.map { .string($0) })),
    ]
  }

  init(json: JSONValue) throws(StoredConfigError) {
    self.init(
      targets: try json.required("target_workspaces") { $0.array?.compactMap(\.string) },
      excluded: try json.required("excluded_workspaces") { $0.array?.compactMap(\.string) })
  }
}
