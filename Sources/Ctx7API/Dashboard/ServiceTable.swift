internal import Ctx7History
internal import Ctx7Model

/// The services that the jobs depend on, as the latest health check found them.
struct ServiceTable {
  private let findings: [ServiceFinding]
  private let checkedAt: Timestamp?
  private let now: Timestamp

  init(_ jobs: [ResolvedJob], _ history: HistoryStore, now: Timestamp) throws {
    self.now = now
    let checks = jobs.filter { $0.config.work.type == .healthCheck }.map(\.config.id)
    let latest = try history.latestHealthCheck(of: checks)
    checkedAt = latest?.startedAt
    findings = latest?.serviceFindings ?? []
  }

  var section: HTML {
    guard let checkedAt else {
      return """
        <section><h2>Services</h2><p class="soft">No health check has run yet; a job of type <code>health_check</code>
        asks the services.</p></section>
        """
    }
    let rows = findings.map { finding -> HTML in
      """
      <tr><th scope="row">\(finding.name)</th><td>\(finding.health.tone.label(finding.health.rawValue))</td>
      <td class="number">\(finding.milliseconds) ms</td><td class="text">\(finding.details)</td></tr>
      """
    }
    return """
      <section aria-labelledby="services"><h2 id="services">Services</h2>
      <table><caption>What the jobs depend on, as the latest health check found it</caption>
      <thead><tr><th scope="col">Service</th><th scope="col">State</th><th scope="col" class="number">Answered in</th>
      <th scope="col">Details</th></tr></thead>
      <tbody>\(.joined(rows))</tbody></table>
      <p class="soft">Asked \(Moment(checkedAt, now: now).relative).</p></section>
      """
  }
}
