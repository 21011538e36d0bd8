import Ctx7Config
import Ctx7Model
import Testing

@Suite struct DefaultsTests {
  @Test func `without any configuration the four built-in jobs are there`() throws {
    let loaded = load(nil)
    #expect(loaded.lines == [])
    let jobs = try #require(loaded.configuration?.jobs)
    #expect(
      jobs.map { "\($0.id) \($0.work.type.rawValue) \($0.schedule.inWords)" } == [
        "daily-maintenance maintenance 0 4 * * *", "daily-ttl-cleanup ttl_cleanup 0 2 * * *",
        "health-check health_check every 5 minutes", "weekly-document-refresh document_refresh 0 3 * * 0",
      ])
    #expect(loaded.configuration?.host == HostSettings())
  }

  @Test(arguments: ExampleConfig.allCases)
  func `the examples load without a word`(example: ExampleConfig) throws {
    let loaded = load(example.text)
    #expect(loaded.lines == [])
    #expect(loaded.configuration?.jobs.isEmpty == false)
  }

  @Test func `what the standard example has as comments is taken too`() throws {
    let text = ExampleConfig.standard.text
    let settings = text.matches(of: /(?m)^ *# *(?:[a-z_]+:|- )/).count
    let loaded = load(text.replacing(/(?m)^( *)# ( *(?:[a-z_]+:|- ))/) { "\($0.1)\($0.2)" })
    #expect(settings > 12)
    #expect(loaded.lines == [])
    #expect(loaded.configuration?.host.alertSinks.map(\.name) == ["ops", "pager"])
    #expect(loaded.job("weekly-document-refresh")?.schedule.timeZone == "Europe/Berlin")
  }

  @Test func `the standard example says what the defaults are`() {
    #expect(load(ExampleConfig.standard.text).configuration?.host == HostSettings())
    for id in ["daily-ttl-cleanup", "weekly-document-refresh", "health-check", "daily-maintenance"] {
      #expect(load(ExampleConfig.standard.text).job(id) == load(nil).job(id))
    }
  }

  @Test func `a built-in job that is configured in part keeps the rest`() throws {
    let job = try #require(
      load("jobs: [{job_id: weekly-document-refresh, timeout_seconds: 60}]").job("weekly-document-refresh"))
    #expect(job.timeoutSeconds == 60)
    #expect(job.schedule.inWords == "0 3 * * 0")
    #expect(job.name == "Weekly document refresh")
  }

  @Test func `the health check runs as often as checks and metrics ask for`() {
    #expect(
      load("health_check_interval_seconds: 120").job("health-check")?.schedule.inWords == "every 2 minutes")
    #expect(
      load("metrics_export_interval_seconds: 60").job("health-check")?.schedule.inWords == "every minute")
    #expect(
      load("health_check_interval_seconds: 60\nmetrics_export_interval_seconds: 600").job("health-check")?
        .schedule.inWords
        == "every minute")
  }

  @Test func `a job gets everything that is written of it`() throws {
    let loaded = load(
      """
      jobs:
        - job_id: docs
          job_name: Docs
          description: All docs
          job_type: document_refresh
          enabled: false
          priority: critical
          timeout_seconds: 100
          max_concurrent_executions: 2
          alert_on_failure: false
          alert_on_success: true
          schedule:
            schedule_type: cron
            cron_expression: "0 3 * * 0"
            timezone: Europe/Berlin
            start_time: 2027-01-01T00:00:00Z
            end_time: 2028-01-01T00:00:00+01:00
            max_executions: 7
            jitter_seconds: 30
            clock_changes: systemd
          retry_config:
            max_retries: 5
            retry_delay_seconds: 10
            retry_multiplier: 1.5
            max_retry_delay_seconds: 100
            retry_on_errors: [ConnectionError, TimeoutError]
          parameters:
            batch_size: 5
            threshold_days: 3
            max_age_days: 14
            minimum_quality_score: 0.5
            skip_recent_updates: false
            rate_limit_delay_seconds: 0
            target_workspaces: [a, b]
            excluded_workspaces: [b]
            max_concurrent_workspace_jobs: 10
      """)
    #expect(loaded.lines == [])
    let job = try #require(loaded.job("docs"))
    #expect(job.name == "Docs")
    #expect(job.description == "All docs")
    #expect(!job.enabled)
    #expect(job.priority == .critical)
    #expect(job.timeoutSeconds == 100)
    #expect(job.maxConcurrentExecutions == 2)
    #expect(!job.alertOnFailure && job.alertOnSuccess)
    #expect(job.schedule.timeZone == "Europe/Berlin")
    #expect(job.schedule.startTime == Timestamp(rfc3339: "2027-01-01T00:00:00Z"))
    #expect(job.schedule.endTime == Timestamp(rfc3339: "2027-12-31T23:00:00Z"))
    #expect(job.schedule.maxExecutions == 7)
    #expect(job.schedule.jitterSeconds == 30)
    #expect(job.schedule.clockChanges == .systemd)
    #expect(
      job.retry
        == RetryPolicy(
          maxRetries: 5, delaySeconds: 10, multiplier: 1.5, maxDelaySeconds: 100,
          retryOn: [.connection, .timeout]))
    #expect(
      job.work
        == .documentRefresh(
          RefreshParameters(
            batchSize: 5, thresholdDays: 3, maxAgeDays: 14, minimumQualityScore: 0.5,
            skipRecentUpdates: false,
            rateLimitDelaySeconds: 0, workspaces: WorkspaceSelection(targets: ["a", "b"], excluded: ["b"]),
            maxConcurrentWorkspaceJobs: 10)))
  }
}
