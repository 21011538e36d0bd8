/// What a job does, with its parameters: one case a job type.
public enum JobWork: Hashable, Sendable {
  case ttlCleanup(CleanupParameters)
  case documentRefresh(RefreshParameters)
  case healthCheck
  case maintenance
  case command(CommandParameters)

  /// The type under which the work is configured and stored.
  public var type: JobType {
    switch self {
    case .ttlCleanup: .ttlCleanup
    case .documentRefresh: .documentRefresh
    case .healthCheck: .healthCheck
    case .maintenance: .maintenance
    case .command: .command
    }
  }
}

/// Which workspaces a job works on.
public struct WorkspaceSelection: Hashable, Sendable {
  /// Only these; empty means all.
  public var targets: [String]
  /// Not these; a cleanup sweeps them all the same of what expired long ago.
  public var excluded: [String]

  /// Creates a selection; all workspaces by default.
  public init(targets: [String] = [], excluded: [String] = []) {
    self.targets = targets
    self.excluded = excluded
  }

  /// Whether a workspace is worked on.
  public func includes(_ workspace: String) -> Bool {
    (targets.isEmpty || targets.contains(workspace)) && !excluded.contains(workspace)
  }
}

/// Parameters of a `ttl_cleanup` job.
public struct CleanupParameters: Hashable, Sendable {
  /// Documents deleted in one transaction, 1…500.
  public var batchSize: Int
  /// Documents of any workspace that expired more than this many days ago are swept, ≥ 1.
  public var maxAgeDays: Int
  /// Which workspaces it works on.
  public var workspaces: WorkspaceSelection
  /// Workspaces worked on at once, 1…10.
  public var maxConcurrentWorkspaceJobs: Int

  /// Creates parameters; the defaults are those of the reference.
  public init(
    batchSize: Int = 50, maxAgeDays: Int = 90, workspaces: WorkspaceSelection = WorkspaceSelection(),
    maxConcurrentWorkspaceJobs: Int = 3
  ) {
    self.batchSize = batchSize
    self.maxAgeDays = maxAgeDays
    self.workspaces = workspaces
    self.maxConcurrentWorkspaceJobs = maxConcurrentWorkspaceJobs
  }
}

/// Parameters of a `document_refresh` job.
public struct RefreshParameters: Hashable, Sendable {
  /// Documents between two batch reports, 1…100.
  public var batchSize: Int
  /// Documents that expire within this many days are due, ≥ 1.
  public var thresholdDays: Int
  /// Documents last fetched this many days ago are due, ≥ 1.
  public var maxAgeDays: Int
  /// Documents below this quality are left to expire, 0…1.
  public var minimumQualityScore: Double
  /// Whether documents updated within the last hour are left alone.
  public var skipRecentUpdates: Bool
  /// Seconds between two requests to one host; 0 = none.
  public var rateLimitDelaySeconds: Double
  /// Which workspaces it works on.
  public var workspaces: WorkspaceSelection
  /// Workspaces worked on at once, and so requests at once, 1…10.
  public var maxConcurrentWorkspaceJobs: Int

  /// Creates parameters; the defaults are those of the reference.
  public init(
    batchSize: Int = 20, thresholdDays: Int = 7, maxAgeDays: Int = 30, minimumQualityScore: Double = 0.3,
    skipRecentUpdates: Bool = true, rateLimitDelaySeconds: Double = 1.0,
    workspaces: WorkspaceSelection = WorkspaceSelection(), maxConcurrentWorkspaceJobs: Int = 3
  ) {
    self.batchSize = batchSize
    self.thresholdDays = thresholdDays
    self.maxAgeDays = maxAgeDays
    self.minimumQualityScore = minimumQualityScore
    self.skipRecentUpdates = skipRecentUpdates
    self.rateLimitDelaySeconds = rateLimitDelaySeconds
    self.workspaces = workspaces
    self.maxConcurrentWorkspaceJobs = maxConcurrentWorkspaceJobs
  }
}
