public import Ctx7Model

/// Keeps the databases small and sound: retention, integrity, statistics.
public struct Maintenance: Job {
  /// One thing to do.
  public struct Chore: Sendable {
    /// As in the result's `operations`.
    public var name: String
    /// Does it, and says what it did; what it throws fails this chore and no other. Texts in `warnings` are told
    /// to whoever reads the summary.
    public var perform: @Sendable () async throws -> JSONValue

    /// Creates a chore.
    public init(_ name: String, perform: @escaping @Sendable () async throws -> JSONValue) {
      self.name = name
      self.perform = perform
    }
  }

  private let chores: [Chore]
  private let metrics: @Sendable () throws -> [PipelineMetrics]

  /// Creates the job with the chores that fit this host.
  ///
  /// - Parameter metrics: the metrics of all jobs, which each run exports to the log.
  public init(chores: [Chore], metrics: @escaping @Sendable () throws -> [PipelineMetrics]) {
    self.chores = chores
    self.metrics = metrics
  }

  /// Does the work of one execution.
  public func run(_ context: JobContext) async throws -> JobReport {
    var operations: [JSONValue] = []
    var failures: [JobFailure] = []
    var warnings: [String] = []
    for chore in chores {
      try Task.checkCancellation()
      let start = context.uptimeMilliseconds()
      var members: [JSONValue.Member] = [.init("operation", .string(chore.name))]
      do {
        // SQLite says nothing while it reads a big file through.
        let result = try await context.reporting(chore.name, chore.perform)
        warnings += result["warnings"]?.array?.compactMap(\.string) ?? []
        members.append(.init("result", result))
      } catch {
        try Task.checkCancellation()
        let failure = JobFailure(error)
        failures.append(JobFailure(failure.errorClass, "\(chore.name): \(failure.message)"))
        members.append(.init("error", .string(failure.message)))
      }
      members.append(.init("duration_ms", JSONValue(context.uptimeMilliseconds() - start)))
      operations.append(.object(members))
    }
    try metrics().forEach(context.emit)
    return JobReport(
      recordsProcessed: chores.count - failures.count, recordsFailed: failures.count,
      summary: (["\(chores.count - failures.count) of \(chores.count) operations done"] + warnings).joined(
        separator: "; "),
      result: ["operations": .array(operations)],
      failure: ErrorClass(decidedBy: failures).map {
        JobFailure($0, failures.map(\.message).joined(separator: "; "), causes: failures)
      })
  }
}
