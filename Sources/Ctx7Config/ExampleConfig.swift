/// The configuration that `ctx7-units init` writes.
public enum ExampleConfig: String, CaseIterable, Sendable {
  /// The four standard jobs.
  case standard = "default"
  /// One refresh job and modest limits.
  case minimal

  /// The commented text of the file.
  public var text: String {
    switch self {
    case .standard:
      """
      # Configuration of ctx7-jobs. After an edit: ctx7-units check, then ctx7-units generate.
      # Every key may be left out; the values below are the defaults. Jobs may also be in files of their own
      # under jobs.d. Environment variables win over files.

      # false turns every job off.
      enabled: true
      job_history_retention_days: 30
      health_check_interval_seconds: 300

      # All alerts are in the journal; they can be sent elsewhere as well ('ctx7ctl alerts test NAME' tries it).
      # alerts:
      #   repeat_hours: 24
      #   sinks:
      #     - {name: ops, type: webhook, url: "https://example.org/hook", secret_credential: hook-key}
      #     - {name: pager, type: command, argv: [/usr/local/bin/page]}

      # Copies of the databases that daily-maintenance keeps, in the state directory.
      # backup: {keep: 7}

      # What every cleanup and refresh job starts from.
      context7_config:
        ttl_cleanup_batch_size: 50
        ttl_cleanup_max_age_days: 90
        refresh_batch_size: 20
        refresh_threshold_days: 7
        refresh_max_age_days: 30
        minimum_quality_score: 0.3
        skip_recent_updates: true
        rate_limit_delay_seconds: 1.0
        max_concurrent_workspace_jobs: 3

      # Where the content of documents is kept: embedded, or weaviate. Keys of services are never written here: put
      # each into a file of its own under credentials beside this file (weaviate-api-key, context7-api-key,
      # openai-api-key), encrypted ones under credentials.encrypted (man ctx7.yaml, "CREDENTIALS"), or into the
      # environment (WEAVIATE_API_KEY, CONTEXT7_API_KEY, OPENAI_API_KEY).
      document_store: embedded
      # weaviate:
      #   url: http://localhost:8080
      #   collection: DocumentContent
      #   ttl_mode: job                 # who deletes what has expired: job, native or both
      # embedding:
      #   provider: none                # or ollama, or openai (any server that speaks OpenAI's protocol)
      #   model: nomic-embed-text
      # ttl:
      #   default_days: 30
      #   technology_multipliers: {react: 1.5}

      jobs:
        - job_id: daily-ttl-cleanup
          job_type: ttl_cleanup
          priority: high
          schedule:
            schedule_type: cron
            cron_expression: "0 2 * * *"

        - job_id: weekly-document-refresh
          job_type: document_refresh
          timeout_seconds: 3600
          schedule:
            schedule_type: cron
            cron_expression: "0 3 * * 0"
            # timezone: Europe/Berlin      # the host's, when not given

        # Its interval is health_check_interval_seconds.
        - job_id: health-check

        - job_id: daily-maintenance
          job_type: maintenance
          priority: low
          schedule:
            schedule_type: cron
            cron_expression: "0 4 * * *"

      """
    case .minimal:
      """
      # A small configuration of ctx7-jobs. After an edit: ctx7-units check, then ctx7-units generate.

      job_history_retention_days: 7

      context7_config:
        refresh_batch_size: 10
        max_concurrent_workspace_jobs: 2

      jobs:
        - job_id: weekly-document-refresh
          schedule:
            schedule_type: cron
            cron_expression: "0 3 * * 0"

      """
    }
  }
}
