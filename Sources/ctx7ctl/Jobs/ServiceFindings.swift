import Ctx7CLI
import Ctx7Database
import Ctx7History
import Ctx7Model

/// What is known of everything around the jobs: what the latest health check found, which credentials are there, and
/// which timers run out of dates.
struct ServiceFindings {
  private let check: ExecutionRecord?
  private let credentials: [CredentialFinding]
  private let warnings: [String]

  init(_ locations: Locations) throws {
    let history = try HistoryStore(path: locations.historyFile, access: .readOnly)
    let resolved = try history.jobs()
    let jobs = resolved.map(\.config)
    check = try history.latestHealthCheck(of: jobs.filter { $0.work.type == .healthCheck }.map(\.id))
    credentials = CredentialFinding.all(resolved.first?.host ?? HostSettings(), locations)
    warnings =
      credentials.compactMap(\.warning) + GeneratedTimers(locations).warnings(about: jobs, at: .now)
  }

  func print() {
    if let check, !check.serviceFindings.isEmpty {
      var table = Table("SERVICE", "HEALTH", "ANSWERED IN", "ASKED", "FOUND")
      for finding in check.serviceFindings {
        table.add(
          finding.name, finding.health.rawValue, "\(finding.milliseconds) ms", check.startedAt.local,
          finding.details)
      }
      Console.standardOutput("")
      table.print(otherwise: "")
    }
    var table = Table("CREDENTIAL", "FILE", "IN UNITS")
    for credential in credentials {
      table.add(credential.name, credential.presence.rawValue, credential.isInUnits ? "yes" : "no")
    }
    Console.standardOutput("")
    table.print(otherwise: "")
    for warning in warnings { Console.standardError("warning: \(warning)") }
  }

  var json: [JSONValue.Member] {
    [
      .init("services", check?.healthChecks ?? [:]),
      .init("checked_at", JSONValue(check?.startedAt)),
      .init("credentials", .object(credentials.map { .init($0.name, $0.json) })),
      .init("warnings", .array(warnings.map { .string($0) })),
    ]
  }
}
