internal import Ctx7Model

/// The parameters of cleanup and refresh jobs as far as one layer of the configuration gives them.
struct WrittenParameters {
  var batchSize: Int?
  var maxAgeDays: Int?
  var thresholdDays: Int?
  var minimumQualityScore: Double?
  var skipRecentUpdates: Bool?
  var rateLimitDelaySeconds: Double?
  var targetWorkspaces: [String]?
  var excludedWorkspaces: [String]?
  var maxConcurrentWorkspaceJobs: Int?

  /// What this layer leaves open is taken from the one below.
  func over(_ lower: WrittenParameters) -> WrittenParameters {
    WrittenParameters(
      batchSize: batchSize ?? lower.batchSize,
      maxAgeDays: maxAgeDays ?? lower.maxAgeDays,
      thresholdDays: thresholdDays ?? lower.thresholdDays,
      minimumQualityScore: minimumQualityScore ?? lower.minimumQualityScore,
      skipRecentUpdates: skipRecentUpdates ?? lower.skipRecentUpdates,
      rateLimitDelaySeconds: rateLimitDelaySeconds ?? lower.rateLimitDelaySeconds,
      targetWorkspaces: targetWorkspaces ?? lower.targetWorkspaces,
      excludedWorkspaces: excludedWorkspaces ?? lower.excludedWorkspaces,
      maxConcurrentWorkspaceJobs: maxConcurrentWorkspaceJobs ?? lower.maxConcurrentWorkspaceJobs)
  }

  var cleanup: CleanupParameters {
    var parameters = CleanupParameters(workspaces: workspaces)
    parameters.batchSize = batchSize ?? parameters.batchSize
    parameters.maxAgeDays = maxAgeDays ?? parameters.maxAgeDays
    parameters.maxConcurrentWorkspaceJobs =
      maxConcurrentWorkspaceJobs ?? parameters.maxConcurrentWorkspaceJobs
    return parameters
  }

  var refresh: RefreshParameters {
    var parameters = RefreshParameters(workspaces: workspaces)
    parameters.batchSize = batchSize ?? parameters.batchSize
    parameters.thresholdDays = thresholdDays ?? parameters.thresholdDays
    parameters.maxAgeDays = maxAgeDays ?? parameters.maxAgeDays
    parameters.minimumQualityScore = minimumQualityScore ?? parameters.minimumQualityScore
    parameters.skipRecentUpdates = skipRecentUpdates ?? parameters.skipRecentUpdates
    parameters.rateLimitDelaySeconds = rateLimitDelaySeconds ?? parameters.rateLimitDelaySeconds
    parameters.maxConcurrentWorkspaceJobs =
      maxConcurrentWorkspaceJobs ?? parameters.maxConcurrentWorkspaceJobs
    return parameters
  }

  private var workspaces: WorkspaceSelection {
    WorkspaceSelection(targets: targetWorkspaces ?? [], excluded: excludedWorkspaces ?? [])
  }
}

/// The ranges of the parameters, the same in every layer.
enum ParameterRange {
  static let cleanupBatch = 1...500
  static let refreshBatch = 1...100
  static let days = 1...36_500
  static let quality = ScalarText.Numbers.between(0...1)
  static let rateDelay = ScalarText.Numbers.zeroOr(0.1...86_400)
  static let workspaceJobs = 1...10
}

extension MappingReader {
  /// The `parameters` of a cleanup job.
  func cleanupParameters() -> WrittenParameters {
    WrittenParameters(
      batchSize: integer("batch_size", ParameterRange.cleanupBatch),
      maxAgeDays: integer("max_age_days", ParameterRange.days),
      targetWorkspaces: strings("target_workspaces"), excludedWorkspaces: strings("excluded_workspaces"),
      maxConcurrentWorkspaceJobs: integer("max_concurrent_workspace_jobs", ParameterRange.workspaceJobs))
  }

  /// The `parameters` of a refresh job.
  func refreshParameters() -> WrittenParameters {
    WrittenParameters(
      batchSize: integer("batch_size", ParameterRange.refreshBatch),
      maxAgeDays: integer("max_age_days", ParameterRange.days),
      thresholdDays: integer("threshold_days", ParameterRange.days),
      minimumQualityScore: number("minimum_quality_score", ParameterRange.quality),
      skipRecentUpdates: bool("skip_recent_updates"),
      rateLimitDelaySeconds: number("rate_limit_delay_seconds", ParameterRange.rateDelay),
      targetWorkspaces: strings("target_workspaces"), excludedWorkspaces: strings("excluded_workspaces"),
      maxConcurrentWorkspaceJobs: integer("max_concurrent_workspace_jobs", ParameterRange.workspaceJobs))
  }

  /// The section `context7_config`: what all cleanup and all refresh jobs start from.
  func context7Config() -> (cleanup: WrittenParameters, refresh: WrittenParameters) {
    let targets = strings("target_workspaces")
    let excluded = strings("excluded_workspaces")
    let concurrency = integer("max_concurrent_workspace_jobs", ParameterRange.workspaceJobs)
    return (
      WrittenParameters(
        batchSize: integer("ttl_cleanup_batch_size", ParameterRange.cleanupBatch),
        maxAgeDays: integer("ttl_cleanup_max_age_days", ParameterRange.days),
        targetWorkspaces: targets, excludedWorkspaces: excluded, maxConcurrentWorkspaceJobs: concurrency),
      WrittenParameters(
        batchSize: integer("refresh_batch_size", ParameterRange.refreshBatch),
        maxAgeDays: integer("refresh_max_age_days", ParameterRange.days),
        thresholdDays: integer("refresh_threshold_days", ParameterRange.days),
        minimumQualityScore: number("minimum_quality_score", ParameterRange.quality),
        skipRecentUpdates: bool("skip_recent_updates"),
        rateLimitDelaySeconds: number("rate_limit_delay_seconds", ParameterRange.rateDelay),
        targetWorkspaces: targets, excludedWorkspaces: excluded, maxConcurrentWorkspaceJobs: concurrency)
    )
  }
}
