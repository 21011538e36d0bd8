import Ctx7Config
import Ctx7Model
import Testing

@Suite struct PrecedenceTests {
  private func refresh(_ loaded: LoadedConfiguration, _ id: String = "docs") -> RefreshParameters? {
    guard case .documentRefresh(let parameters) = loaded.job(id)?.work else { return nil }
    return parameters
  }

  private let job = """
    jobs:
      - job_id: docs
        job_type: document_refresh
        schedule: {schedule_type: interval, hours: 1}
    """

  @Test func `the environment wins over the job, the job over context7_config, that over what is built in`() {
    #expect(refresh(load(job))?.batchSize == 20)
    let shared = "context7_config: {refresh_batch_size: 30}\n" + job
    #expect(refresh(load(shared))?.batchSize == 30)
    let own = shared + "\n    parameters: {batch_size: 40}"
    #expect(refresh(load(own))?.batchSize == 40)
    #expect(refresh(load(own, environment: ["CTX7_REFRESH_BATCH_SIZE": "50"]))?.batchSize == 50)
  }

  @Test func `what a built-in job leaves open of its retries is the built-in job's`() {
    let checked = load("jobs: [{job_id: health-check, retry_config: {retry_delay_seconds: 5}}]")
    #expect(checked.job("health-check")?.retry == RetryPolicy(maxRetries: 0, delaySeconds: 5))
    let own = load(job + "\n    retry_config: {max_retries: 1}")
    #expect(own.job("docs")?.retry == RetryPolicy(maxRetries: 1))
  }

  @Test func `an empty variable is none, and names are taken without spaces`() {
    let configured = job + "\n    parameters: {target_workspaces: [a]}"
    let empty = ["CTX7_TARGET_WORKSPACES": "", "CTX7_REFRESH_BATCH_SIZE": "", "BG_JOBS_ENABLED": ""]
    #expect(load(configured, environment: empty).lines == [])
    #expect(load(configured, environment: empty).configuration == load(configured).configuration)
    let named = load(job, environment: ["CTX7_EXCLUDED_WORKSPACES": " prod , staging,"])
    #expect(refresh(named)?.workspaces.excluded == ["prod", "staging"])
  }

  @Test func `a job of another type has only the name of a built-in one`() {
    let lone = load("jobs: [{job_id: health-check, job_type: command, schedule: {hours: 1}}]")
    #expect(lone.lines.map { $0.contains("needs parameters.argv") } == [true])
    let command = load(
      """
      health_check_interval_seconds: 60
      jobs:
        - job_id: health-check
          job_type: command
          schedule: {hours: 1}
          parameters: {argv: [/bin/true]}
      """)
    #expect(command.job("health-check")?.name == "health-check")
    #expect(command.job("health-check")?.timeoutSeconds == 3600)
    #expect(command.job("health-check")?.retry == RetryPolicy())
    #expect(command.lines.map { $0.contains("health_check_interval_seconds has no effect") } == [true])
  }

  @Test(arguments: [
    ("hours: 1, timezone: Europe/Berlin", "timezone has no effect: an interval has the same length"),
    ("execute_at: '2030-01-01T00:00:00Z', clock_changes: cron", "clock_changes has no effect: execute_at"),
    ("cron_expression: '@reboot', catch_up: false", "catch_up has no effect: every boot is a firing"),
    (
      "cron_expression: 'CRON_TZ=Europe/Berlin @every 3d'",
      "the zone Europe/Berlin in front has no effect: an interval has the same length"
    ),
  ])
  func `a key that changes nothing is named`(schedule: String, note: String) {
    let loaded = load("jobs: [{job_id: a, job_type: maintenance, schedule: {\(schedule)}}]")
    #expect(loaded.configuration != nil)
    #expect(loaded.lines.count == 1)
    #expect(loaded.lines.first?.contains("note: \(note)") == true, "\(loaded.lines)")
  }

  @Test(arguments: [
    ("BG_JOBS_ENABLED", "false", "enabled"), ("BG_JOBS_MAX_CONCURRENT", "7", "max_concurrent_jobs"),
    ("BG_JOBS_QUEUE_SIZE", "50", "job_queue_size"),
    ("BG_JOBS_HISTORY_RETENTION", "9", "job_history_retention_days"),
    ("BG_JOBS_HEALTH_CHECK_INTERVAL", "600", "health_check_interval_seconds"),
    ("BG_JOBS_METRICS_INTERVAL", "60", "metrics_export_interval_seconds"),
  ])
  func `a variable does what its key does`(variable: String, value: String, key: String) {
    let byKey = load("\(key): \(value)")
    let byVariable = load(nil, environment: [variable: value])
    #expect(byKey.lines == [])
    #expect(byVariable.lines == [])
    #expect(byKey.configuration?.host == byVariable.configuration?.host)
    #expect(byKey.configuration?.jobs == byVariable.configuration?.jobs)
    #expect(byKey.configuration != load(nil).configuration)
  }

  @Test(arguments: [
    ("CTX7_TTL_CLEANUP_BATCH_SIZE", "11", "ttl_cleanup_batch_size"),
    ("CTX7_TTL_CLEANUP_MAX_AGE_DAYS", "12", "ttl_cleanup_max_age_days"),
    ("CTX7_REFRESH_BATCH_SIZE", "13", "refresh_batch_size"),
    ("CTX7_REFRESH_MAX_AGE_DAYS", "14", "refresh_max_age_days"),
    ("CTX7_REFRESH_THRESHOLD_DAYS", "15", "refresh_threshold_days"),
    ("CTX7_MINIMUM_QUALITY_SCORE", "0.7", "minimum_quality_score"),
    ("CTX7_SKIP_RECENT_UPDATES", "false", "skip_recent_updates"),
    ("CTX7_RATE_LIMIT_DELAY_SECONDS", "2.5", "rate_limit_delay_seconds"),
    ("CTX7_MAX_CONCURRENT_WORKSPACE_JOBS", "4", "max_concurrent_workspace_jobs"),
  ])
  func `a CTX7 variable does what its key of context7_config does`(
    variable: String, value: String, key: String
  ) {
    let byKey = load("context7_config: {\(key): \(value)}")
    let byVariable = load(nil, environment: [variable: value])
    #expect(byKey.lines == [] && byVariable.lines == [])
    #expect(byKey.configuration?.jobs == byVariable.configuration?.jobs)
    #expect(byKey.configuration?.jobs != load(nil).configuration?.jobs)
  }

  @Test func `lists of workspaces come separated by commas`() {
    let loaded = load(nil, environment: ["CTX7_TARGET_WORKSPACES": "a, b", "CTX7_EXCLUDED_WORKSPACES": "c"])
    #expect(
      refresh(loaded, "weekly-document-refresh")?.workspaces
        == WorkspaceSelection(targets: ["a", "b"], excluded: ["c"]))
  }

  @Test func `an environment that is wrong is an error that names the variable`() {
    let loaded = load(
      nil, environment: ["BG_JOBS_MAX_CONCURRENT": "99", "CTX7_SKIP_RECENT_UPDATES": "maybe"])
    #expect(loaded.configuration == nil)
    #expect(
      loaded.lines == [
        "error: environment: BG_JOBS_MAX_CONCURRENT: 99 is out of range: it is a whole number from 1 to 20",
        "error: environment: CTX7_SKIP_RECENT_UPDATES: 'maybe' is neither true nor false",
      ])
  }

  @Test func `a variable that is no variable of ours is named, with the nearest one`() {
    let loaded = load(nil, environment: ["BG_JOBS_ENABLE": "false", "HOME": "/root"])
    #expect(loaded.configuration != nil)
    #expect(
      loaded.lines == [
        "warning: environment: BG_JOBS_ENABLE is no variable of ctx7-jobs; did you mean BG_JOBS_ENABLED?"
      ])
  }

  @Test(arguments: [
    "CONTEXT7_BACKGROUND_TTL_CLEANUP_ENABLED", "CONTEXT7_CACHE_ENABLED", "CONTEXT7_INGESTION_BATCH_SIZE",
    "AI_OLLAMA_TEMPERATURE", "AI_OPENAI_MAX_TOKENS",
  ])
  func `a variable of the reference that nothing reads is named, and no other is proposed`(name: String) {
    #expect(
      load(nil, environment: [name: "1"]).lines
        == ["warning: environment: \(name) is no variable of ctx7-jobs"])
  }

  @Test(arguments: [
    ("CTX7_TTL_DEFAULT_DAYS", "CONTEXT7_TTL_DEFAULT_DAYS"), ("CONTEXT7_ENABLED", "BG_JOBS_ENABLED"),
  ])
  func `a name behind the wrong prefix is found behind the right one`(name: String, right: String) {
    let loaded = load(nil, environment: [name: "1"])
    #expect(loaded.lines.map { $0.hasSuffix("did you mean \(right)?") } == [true])
  }

  @Test(arguments: [
    "CONTEXT7_API_KEY", "AI_OPENAI_API_KEY", "OPENAI_API_KEY", "OLLAMA_HOST", "CTX7_CREDENTIAL_PAGER",
    "CTX7_JOB_ID", "CTX7_REPORT_FD", "CTX7_ALERT_TYPE", "AI_OLLAMA_MODEL",
  ])
  func `what other parts of ours read, and what other programs do, is not warned of`(name: String) {
    #expect(load(nil, environment: [name: "x"]).lines == [])
  }

  @Test func `a variable of a model is judged where that model is used`() {
    let wrong = ["OPENAI_API_BASE": "localhost:1234", "AI_OLLAMA_TIMEOUT": "long"]
    #expect(load(nil, environment: wrong).lines == [])
    let openAI = load("llm: {provider: openai, model: m}", environment: wrong)
    #expect(
      openAI.lines.map { $0.hasPrefix("error: environment: OPENAI_API_BASE: 'localhost:1234'") } == [true])
    let ollama = load("llm: {provider: ollama, model: m}", environment: wrong)
    #expect(ollama.lines.map { $0.hasPrefix("error: environment: AI_OLLAMA_TIMEOUT: 'long'") } == [true])
  }

  @Test func `an interval that no job goes by is named where it is given`() {
    let reason = "has no effect: no job 'health-check' without a schedule of its own is configured"
    let byKey = load("metrics_export_interval_seconds: 30\nhealth_check_interval_seconds: 120\n" + job)
    #expect(
      byKey.lines == [
        "ctx7.yaml:1:1: note: metrics_export_interval_seconds \(reason)",
        "ctx7.yaml:2:1: note: health_check_interval_seconds \(reason)",
      ])
    let byVariable = load(
      "health_check_interval_seconds: 120\n" + job, environment: ["BG_JOBS_HEALTH_CHECK_INTERVAL": "60"])
    #expect(byVariable.lines == ["note: environment: BG_JOBS_HEALTH_CHECK_INTERVAL \(reason)"])
  }

  @Test func `jobs.d adds jobs, as one or as a list`() {
    let schedule = "schedule: {schedule_type: interval, hours: 1}"
    let loaded = load(
      job,
      jobs: [
        "job_id: one\njob_type: maintenance\n\(schedule)",
        "jobs:\n  - job_id: two\n    job_type: maintenance\n    \(schedule)",
      ])
    #expect(loaded.lines == [])
    #expect(loaded.configuration?.jobs.map(\.id.rawValue) == ["docs", "one", "two"])
  }

  @Test func `a job id that is given twice names both places`() {
    let schedule = "schedule: {schedule_type: interval, hours: 1}"
    let loaded = load(job, jobs: ["job_id: docs\njob_type: maintenance\n\(schedule)"])
    #expect(
      loaded.lines == ["jobs.d/0.yaml:1:9: error: job_id 'docs' is taken: the job at ctx7.yaml:2:13 has it"])
  }

  @Test func `a key whose meaning went with the scheduler is answered with a note`() {
    let byKey = load("scheduler_interval_seconds: 60")
    #expect(byKey.configuration != nil)
    #expect(byKey.lines.count == 1)
    #expect(
      byKey.lines.first?.hasPrefix("ctx7.yaml:1:29: note: scheduler_interval_seconds has no effect") == true)
    let byVariable = load(nil, environment: ["BG_JOBS_SCHEDULER_INTERVAL": "60"])
    #expect(
      byVariable.lines.first?.hasPrefix("note: environment: BG_JOBS_SCHEDULER_INTERVAL has no effect") == true
    )
  }
}
