internal import Ctx7Executor
internal import Ctx7History
internal import Ctx7Model

/// One job: its settings, its figures and its latest attempts.
struct JobPage {
  private static let listed = 50
  private static let plotted = 200

  private let job: ResolvedJob
  private let metrics: JobMetrics
  private let state: HTML
  private let records: [ExecutionRecord]
  private let points: [ExecutionPoint]
  private let switchedOff: SwitchedOff?
  private let mayOperate: Bool
  private let next: Timestamp?
  private let now: Timestamp

  init(_ call: Call) throws {
    job = try call.job()
    let id = job.config.id
    let history = try call.service.records.history()
    let report = try HealthReport(call.service, of: id)
    metrics = report.metrics(of: id)
    state = report.state(of: job)
    records = try history.executions(of: id, limit: Self.listed)
    points = try history.recentPoints(of: id, limit: Self.plotted)
    switchedOff = report.switchedOff[id]
    mayOperate = call.caller.may(.operate)
    next = call.service.nextFirings()[id]
    now = call.service.now()
  }

  var page: Page {
    Page(title: job.config.id.rawValue, content: .joined([head, figures, plot, table]), now: now)
  }

  private var head: HTML {
    let config = job.config
    let (words, english) = (config.schedule.inWords, config.schedule.inEnglish)
    let schedule = words == english ? words : "\(english) (\(words))"
    let actions: HTML = mayOperate ? "<p>\(JobActions(job, switchedOff: switchedOff).html)</p>" : ""
    return """
      <section aria-labelledby="job"><h2 id="job">\(config.name)</h2>
      <p>\(config.description)</p>
      <p class="soft">\(config.work.type.rawValue) · \(schedule) · priority \(config.priority.rawValue) · time-out \(Double(config.timeoutSeconds).asDuration) · retries: \(config.retry.maxRetries) at most</p>
      \(actions)</section>
      """
  }

  private var figures: HTML {
    let nextFiring: HTML = next.map { Moment($0, now: now).relative } ?? "–"
    let average = metrics.totalExecutions == 0 ? "–" : metrics.averageDurationSeconds.asDuration
    return """
      <dl class="figures">
      <div><dt>State</dt><dd>\(state)</dd></div>
      <div><dt>Next firing</dt><dd>\(nextFiring)</dd></div>
      <div><dt>Attempts</dt><dd>\(metrics.totalExecutions)</dd></div>
      <div><dt>Failed</dt><dd>\(metrics.failedExecutions)</dd></div>
      <div><dt>Failed in a row</dt><dd>\(metrics.consecutiveFailures)</dd></div>
      <div><dt>Average duration</dt><dd>\(average)</dd></div>
      </dl>
      """
  }

  private var plot: HTML {
    guard !points.isEmpty else { return "" }
    return """
      <section aria-labelledby="durations"><h2 id="durations">Durations of \(points.count.latest("run"))</h2>
      \(DurationPlot(points: points, width: 1200, height: 120, hasScale: true).html)</section>
      """
  }

  private var table: HTML {
    guard !records.isEmpty else {
      return "<section><h2>History</h2><p class=\"soft\">No runs yet.</p></section>"
    }
    return """
      <section aria-labelledby="history"><h2 id="history">History</h2>
      <table><caption>\(records.count == 1 ? "The only attempt" : "The last \(records.count) attempts, the newest first")</caption>
      <thead><tr><th scope="col">Started</th><th scope="col">Result</th><th scope="col" class="number">Duration</th>
      <th scope="col" class="number">Records</th><th scope="col" class="wide">Execution</th><th scope="col">Error</th></tr></thead>
      <tbody>\(.joined(records.map(row)))</tbody></table></section>
      """
  }

  private func row(_ record: ExecutionRecord) -> HTML {
    let ending = record.ending
    let error = record.errorText ?? ""
    return """
      <tr><td>\(Moment(record.startedAt, now: now).absolute)</td><td>\(record.status.tone.label(record.status.rawValue))</td>
      <td class="number">\(ending?.durationSeconds?.asDuration ?? "–")</td><td class="number">\(ending?.recordsProcessed ?? 0)</td>
      <td class="wide">\(record.id)</td><td class="text">\(error)</td></tr>
      """
  }
}
