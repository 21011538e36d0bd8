internal import Ctx7Documents
internal import Ctx7Executor
internal import Ctx7History
internal import Ctx7Model

/// The dashboard: everything at a glance.
struct Overview {
  private static let recentRuns = 50

  private let report: HealthReport
  private let points: [JobID: [ExecutionPoint]]
  private let statusTexts: [JobID: String]
  private let nextFirings: [JobID: Timestamp]
  private let deadLetters: [DeadLetter]
  private let deadLetterCount: Int
  private let services: ServiceTable
  private let expiry: ExpiryChart
  private let mayOperate: Bool
  /// Of commands that work on these jobs.
  private let option: String
  private let now: Timestamp

  init(_ call: Call) throws {
    let service = call.service
    let history = try service.records.history()
    option = service.settings.scope.option
    now = service.now()
    report = try HealthReport(service)
    points = try history.recentPoints(each: Self.recentRuns)
    statusTexts = service.statusTexts(of: Set(report.open.map(\.jobID)))
    nextFirings = service.nextFirings()
    deadLetters = try history.deadLetters(limit: 10)
    deadLetterCount = try history.deadLetterCount()
    services = try ServiceTable(report.jobs.map(\.job), history, now: now)
    expiry = try ExpiryChart(service.records.documents(), service.settings.scope, now: now)
    mayOperate = call.caller.may(.operate)
  }

  var page: Page {
    Page(
      title: "Overview",
      content: .joined([figures, jobs, runningSection, deadLetterSection, services.section, expiry.section]),
      now: now)
  }

  private var figures: HTML {
    """
    <dl class="figures">
    <div><dt>Health</dt><dd>\(report.overall.tone.label(report.overall.rawValue))</dd></div>
    <div><dt>Jobs enabled</dt><dd>\(report.enabled)<span class="soft"> / \(report.jobs.count)</span></dd></div>
    <div><dt>Running</dt><dd>\(report.running)</dd></div>
    <div><dt>Waiting for a slot</dt><dd>\(report.waiting)</dd></div>
    <div><dt>Dead letters</dt><dd>\(deadLetterCount)</dd></div>
    <div><dt>Documents</dt><dd>\(expiry.total)</dd></div>
    </dl>
    """
  }

  private var jobs: HTML {
    guard !report.jobs.isEmpty else {
      return
        "<section><h2>Jobs</h2><p>No jobs are generated; run <code>ctx7-units generate\(option)</code>.</p></section>"
    }
    let actions: HTML = mayOperate ? "<th scope=\"col\">Actions</th>" : ""
    return """
      <section aria-labelledby="jobs"><h2 id="jobs">Jobs</h2>
      <table><caption>Jobs and how they do</caption>
      <thead><tr><th scope="col">Job</th><th scope="col">State</th><th scope="col">Last result</th>
      <th scope="col">Next firing</th><th scope="col" class="number">Success</th>
      <th scope="col" class="wide">Last \(Self.recentRuns) runs</th>\(actions)</tr></thead>
      <tbody>
      \(.joined(report.jobs.map { row($0.job) }))
      </tbody></table></section>
      """
  }

  private func row(_ job: ResolvedJob) -> HTML {
    let id = job.config.id
    let metrics = report.metrics(of: id)
    let next: HTML = nextFirings[id].map { Moment($0, now: now).relative } ?? "<span class=\"soft\">–</span>"
    let actions: HTML =
      mayOperate
      ? "<td class=\"actions\">\(JobActions(job, switchedOff: report.switchedOff[id]).html)</td>" : ""
    return """
      <tr><th scope="row"><a href="/jobs/\(id.rawValue)">\(id.rawValue)</a><small title="\(job.config.schedule.inWords)">\(job.config.schedule.inEnglish) · \(job.config.name)</small></th>
      <td>\(report.state(of: job))</td><td>\(lastResult(id))</td><td>\(next)</td><td class="number">\(successRate(metrics))</td>
      <td class="wide">\(DurationPlot(points: points[id] ?? []).html)</td>\(actions)</tr>
      """
  }

  private func lastResult(_ id: JobID) -> HTML {
    guard let last = points[id]?.last(where: { !$0.status.isOpen }) else {
      return "<span class=\"soft\">–</span>"
    }
    return
      "\(last.status.tone.label(last.status.rawValue))<small>\(Moment(last.startedAt, now: now).relative)</small>"
  }

  private func successRate(_ metrics: JobMetrics) -> String {
    guard metrics.totalExecutions > 0 else { return "–" }
    let rate = Double(metrics.successfulExecutions) * 100 / Double(metrics.totalExecutions)
    // 99.96 % is not 100 %.
    return
      (rate == 100 ? "100" : (rate * 10).rounded(.down) / 10 == 100 ? "99.9" : rate.formatted(decimals: 1))
      + " %"
  }

  private var runningSection: HTML {
    guard !report.open.isEmpty else { return "" }
    let rows = report.open.map { record -> HTML in
      """
      <tr><th scope="row"><a href="/jobs/\(record.jobID.rawValue)">\(record.jobID.rawValue)</a><small>\(record.id)</small></th>
      <td>\(Moment(record.startedAt, now: now).relative)</td><td class="text">\(statusTexts[record.jobID] ?? "")</td></tr>
      """
    }
    return """
      <section aria-labelledby="running"><h2 id="running">Running</h2>
      <table><caption>Executions under way</caption>
      <thead><tr><th scope="col">Job</th><th scope="col">Started</th><th scope="col">Progress</th></tr></thead>
      <tbody>\(.joined(rows))</tbody></table></section>
      """
  }

  private var deadLetterSection: HTML {
    guard !deadLetters.isEmpty else { return "" }
    let rows = deadLetters.map { letter -> HTML in
      """
      <tr><th scope="row"><a href="/jobs/\(letter.jobID.rawValue)">\(letter.jobID.rawValue)</a><small>\(letter.executionID)</small></th>
      <td>\(Moment(letter.failedAt, now: now).relative)</td>
      <td class="text">\(letter.failure.errorClass.rawValue): \(letter.failure.message)</td></tr>
      """
    }
    return """
      <section aria-labelledby="dead"><h2 id="dead">Dead letters</h2>
      <table><caption>Executions that failed for good, the newest first</caption>
      <thead><tr><th scope="col">Job</th><th scope="col">Failed</th><th scope="col">Error</th></tr></thead>
      <tbody>\(.joined(rows))</tbody></table>
      <p class="soft">\(deadLetterCount) in all; <code>ctx7ctl dlq list\(option)</code> lists them.</p></section>
      """
  }
}
