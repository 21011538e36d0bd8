public import Ctx7Model

/// What a health check has found of one service that the jobs depend on.
public struct ServiceFinding: Hashable, Sendable {
  /// The service.
  public let name: String
  /// How it is.
  public let health: JobMetrics.Health
  /// How long it took to answer.
  public let milliseconds: Int
  /// In words.
  public let details: String

  init(_ member: JSONValue.Member) {
    name = member.name
    health = member.value["status"]?.string.flatMap(JobMetrics.Health.init(rawValue:)) ?? .unknown
    milliseconds = member.value["response_time_ms"]?.integer ?? 0
    details = member.value["details"]?.string ?? ""
  }
}

extension ExecutionRecord {
  /// What a health check has written down; nil of any other execution.
  public var healthChecks: JSONValue? { ending?.result?["health_checks"] }

  /// What a health check has found, service by service.
  public var serviceFindings: [ServiceFinding] {
    guard case .object(let members) = healthChecks else { return [] }
    return members.map(ServiceFinding.init)
  }
}
