import Ctx7Config
import Ctx7Model
import Testing

@Suite struct RefusalTests {
  @Test(arguments: [
    (
      "max_concurrent_job: 5",
      "1:1: error: unknown key 'max_concurrent_job'; did you mean 'max_concurrent_jobs'?"
    ),
    (
      "max_concurrent_jobs: 21",
      "1:22: error: max_concurrent_jobs: 21 is out of range: it is a whole number from 1 to 20"
    ),
    (
      "max_concurrent_jobs: 0",
      "1:22: error: max_concurrent_jobs: 0 is out of range: it is a whole number from 1 to 20"
    ),
    (
      "max_concurrent_jobs: five",
      "1:22: error: max_concurrent_jobs: 'five' is not a whole number from 1 to 20"
    ),
    (
      "max_concurrent_jobs: 0x5", "1:22: error: max_concurrent_jobs: '0x5' is not a whole number from 1 to 20"
    ),
    ("max_concurrent_jobs: 05", "1:22: error: max_concurrent_jobs: '05' is not a whole number from 1 to 20"),
    ("max_concurrent_jobs:", "1:21: error: max_concurrent_jobs has no value; it is a whole number"),
    ("max_concurrent_jobs: [5]", "1:22: error: max_concurrent_jobs is a whole number, not a list or mapping"),
    (
      "job_queue_size: 9",
      "1:17: error: job_queue_size: 9 is out of range: it is a whole number from 10 to 100000"
    ),
    (
      "max_failed_jobs_retention: 99",
      "1:28: error: max_failed_jobs_retention: 99 is out of range: it is a whole number from 100 to 1000000"
    ),
    (
      "job_history_retention_days: 0",
      "1:29: error: job_history_retention_days: 0 is out of range: it is a whole number from 1 to 36500"
    ),
    (
      "health_check_interval_seconds: 59",
      "1:32: error: health_check_interval_seconds: 59 is out of range: it is a whole number from 60 to 86400"
    ),
    (
      "metrics_export_interval_seconds: 9",
      "1:34: error: metrics_export_interval_seconds: 9 is out of range: it is a whole number from 10 to 86400"
    ),
    ("enabled: yes", "1:10: error: enabled: 'yes' is neither true nor false"),
    ("jobs: 5", "1:7: error: jobs is a list, for example [a, b]"),
    ("jobs: [5]", "1:8: error: an element of jobs is a mapping of keys to values"),
    ("jobs: [{}]", "1:8: error: a job needs a job_id"),
    (
      "jobs: [{job_id: 'A b'}]",
      "1:17: error: job_id: 'A b' is no job id: lower-case letters, digits, '_', '.' and '-', beginning with a letter or digit, at most 200 bytes"
    ),
    (
      "- a", "1:1: error: a configuration file is a mapping of keys to values; put the list below 'jobs:'"
    ),
    ("just text", "1:1: error: a configuration file is a mapping of keys to values"),
    ("[a]: b", "1:1: error: a key is a plain word"),
    (
      "context7_config: {minimum_quality_score: 1.1}",
      "1:42: error: minimum_quality_score: 1.1 is out of range: allowed is 0 to 1"
    ),
    (
      "context7_config: {rate_limit_delay_seconds: 0.05}",
      "1:45: error: rate_limit_delay_seconds: 0.05 is out of range: allowed is 0 (none) or 0.1 to 86400"
    ),
    (
      "context7_config: {refresh_batch_size: 101}",
      "1:39: error: refresh_batch_size: 101 is out of range: it is a whole number from 1 to 100"
    ),
    (
      "context7_config: {ttl_cleanup_batch_size: 501}",
      "1:43: error: ttl_cleanup_batch_size: 501 is out of range: it is a whole number from 1 to 500"
    ),
    (
      "prometheus: {textfile: /node.prom}",
      "1:24: error: textfile: '/node.prom' lies in /, which would open the whole system for writing"
    ),
    (
      "prometheus: {textfile: //./node.prom}",
      "1:24: error: textfile: '//./node.prom' lies in /, which would open the whole system for writing"
    ),
    (
      "prometheus: {textfile: /srv/../node.prom}",
      "1:24: error: textfile: '/srv/../node.prom' goes up by '..'; write where it leads"
    ),
    (
      "jobs: [{job_id: sync-, job_type: maintenance, schedule: {hours: 1}}]",
      "1:17: error: job_id: 'sync-' ends with '-', so that its drop-ins would be those of all units that begin so"
    ),
    (
      "ttl: {technology_multipliers: {React: 2, react: 3}}",
      "1:42: error: 'React' and 'react' are one technology; remove one of them"
    ),
    ("\u{FEFF}bogus: 1", "1:1: error: unknown key 'bogus'; it is one of"),
    (
      "enabled: *nope",
      "1:10: error: enabled: a value that begins with '*' is no text to YAML; put it in quotes"
    ),
    (
      "jobs: [{job_id: a, schedule: {cron_expression: @daily}}]",
      "1:48: error: cron_expression: a value that begins with '@' is no text to YAML; put it in quotes"
    ),
    (
      "context7_config:\n  target_workspaces:\n    - \"ä\"\n    - %b",
      "4:7: error: a value that begins with '%' is no text to YAML; put it in quotes"
    ),
    (
      "jobs:\n  - schedule:\n      cron_expression: */5 * * * *",
      "3:24: error: cron_expression: a value that begins with '*' is no text to YAML; put it in quotes"
    ),
    (
      "jobs:\n  - schedule:\n      cron_expression: *5 0 * * *",
      "3:24: error: cron_expression: a value that begins with '*' is no text to YAML; put it in quotes"
    ),
    (
      "enabled: `true`",
      "1:10: error: enabled: a value that begins with '`' is no text to YAML; put it in quotes"
    ),
    ("a: 2 * 3: 4", "1:9: error: mapping values are not allowed in this context"),
    (
      #""k\n\u001B[31mey": 1"#,
      #"1:1: error: unknown key 'k\n\u{1B}[31mey'; it is one of"#
    ),
    (
      "context7_config: {target_workspaces: a}",
      "1:38: error: target_workspaces is a list, for example [a, b]"
    ),
  ])
  func `what is wrong at the top of the file is named with its place`(yaml: String, line: String) {
    let loaded = load(yaml)
    #expect(loaded.configuration == nil)
    #expect(loaded.lines.first?.hasPrefix("ctx7.yaml:\(line)") == true, "\(loaded.lines)")
    #expect(loaded.lines.count == 1)
  }

  @Test(arguments: [
    ("timeout_seconds: 0", "timeout_seconds: 0 is out of range: it is a whole number from 1 to 604800"),
    ("priority: hi", "priority: 'hi'; did you mean 'high'?"),
    ("priority: urgent", "priority: 'urgent'; it is one of low, medium, high, critical"),
    (
      "max_concurrent_executions: 21",
      "max_concurrent_executions: 21 is out of range: it is a whole number from 1 to 20"
    ),
    ("alert_on_failure: 1", "alert_on_failure: '1' is neither true nor false"),
    ("job_name: [x]", "job_name is text, not a list or mapping"),
    ("retry_config: {max_retries: 11}", "max_retries: 11 is out of range: it is a whole number from 0 to 10"),
    ("retry_config: {retry_multiplier: 0.5}", "retry_multiplier: 0.5 is out of range: allowed is 1 to 10"),
    (
      "retry_config: {retry_on_errors: [Connection]}",
      "retry_on_errors: 'Connection'; did you mean 'ConnectionError'?"
    ),
    (
      "retry_config: {retry_on_errors: [Cancelled]}",
      "retry_on_errors: 'Cancelled'; it is one of "
        + ErrorClass.retryable.map(\.rawValue).joined(separator: ", ")
    ),
    ("retry_config: {max_retrys: 1}", "unknown key 'max_retrys'; did you mean 'max_retries'?"),
    ("parameters: {batch: 1}", "unknown key 'batch'; did you mean 'batch_size'?"),
    ("shedule: {}", "unknown key 'shedule'; did you mean 'schedule'?"),
  ])
  func `what is wrong in a job is named`(line: String, message: String) {
    let loaded = load(
      """
      jobs:
        - job_id: weekly-document-refresh
          \(line)
      """)
    #expect(loaded.configuration == nil)
    #expect(loaded.diagnostics.map(\.message) == [message])
    #expect(loaded.diagnostics.first?.position?.line == 3)
  }

  @Test(arguments: [
    ("schedule_type: cron", "a schedule of schedule_type cron needs cron_expression"),
    ("schedule_type: interval", "a schedule of schedule_type interval needs seconds, minutes, hours or days"),
    ("seconds: 0", "the interval is at least 1 second"),
    ("seconds: -5", "seconds: -5 is out of range: it is a whole number from 0 to 315360000"),
    ("schedule_type: once", "a schedule of schedule_type once needs execute_at"),
    (
      "schedule_type: once, execute_at: 2027-01-01",
      "execute_at: '2027-01-01' is no time with a zone; write it like "
        + "2027-01-31T02:00:00Z or 2027-01-31T02:00:00+01:00"
    ),
    ("schedule_type: daily", "schedule_type: 'daily'; it is one of interval, cron, once"),
    (
      "schedule_type: cron, cron_expression: '0 25 * * *'",
      "cron expression, hour: '25' is no hour: it takes 0 to 23, for example 3, */6, 9-17"
    ),
    (
      "hours: 1, timezone: ../../etc/passwd",
      "timezone: '../../etc/passwd' is no IANA name such as Europe/Berlin or UTC"
    ),
    (
      "hours: 1, start_time: 2028-01-01T00:00:00Z, end_time: 2027-01-01T00:00:00Z",
      "end_time is not after start_time: the job never fires"
    ),
    ("hours: 1, max_executions: 0", "max_executions: 0 is out of range: it is a whole number from 1"),
    ("hours: 1, timezone: Europe//Berlin", "timezone: 'Europe//Berlin' is no IANA name such as"),
    ("hours: 1, timezone: Europe/Berlin/", "timezone: 'Europe/Berlin/' is no IANA name such as"),
    (
      "cron_expression: '* * * * *', hours: 1",
      "hours and cron_expression are two schedules; remove one of them"
    ),
    (
      "schedule_type: interval, hours: 1, cron_expression: '* * * * *'",
      "cron_expression needs schedule_type: cron; this schedule is of schedule_type interval"
    ),
    (
      "schedule_type: cron, cron_expression: '* * * * *', interval_hours: 1",
      "interval_hours needs schedule_type: interval; this schedule is of schedule_type cron"
    ),
    (
      "execute_at: '2250-06-01T00:00:00Z'",
      "execute_at: '2250-06-01T00:00:00Z' is out of range: systemd's calendar is that of 1970 to 2199"
    ),
    ("schedule_type: daily, hours: 1", "schedule_type: 'daily'; it is one of interval, cron, once"),
  ])
  func `what is wrong in a schedule is named`(schedule: String, message: String) {
    let loaded = load("jobs: [{job_id: a, job_type: maintenance, schedule: {\(schedule)}}]")
    #expect(loaded.configuration == nil)
    #expect(loaded.diagnostics.count == 1)
    #expect(loaded.diagnostics.first?.message.hasPrefix(message) == true, "\(loaded.lines)")
  }

  @Test func `a cron expression's error stands at the field`() {
    let loaded = load(
      """
      jobs:
        - job_id: a
          job_type: maintenance
          schedule:
            schedule_type: cron
            cron_expression: "0 3 * 13 0"
      """)
    #expect(loaded.diagnostics.first?.position?.description == "ctx7.yaml:6:31")
  }

  @Test func `an expression where a schedule belongs is told how to be one`() {
    let loaded = load("jobs: [{job_id: a, job_type: maintenance, schedule: '0 3 * * *'}]")
    #expect(
      loaded.diagnostics.map(\.message) == [
        #"schedule is a mapping of keys to values; write schedule: {cron_expression: "0 3 * * *"}"#
      ])
    let other = load("jobs: [{job_id: a, job_type: maintenance, schedule: nightly}]")
    #expect(other.diagnostics.map(\.message) == ["schedule is a mapping of keys to values"])
  }

  @Test func `an expression below its key is read, and its error stays on one line`() {
    func schedule(_ expression: String) -> String {
      """
      jobs:
        - job_id: a
          job_type: maintenance
          schedule:
            cron_expression: |
              \(expression)

      """
    }
    #expect(load(schedule("0 3 * * 7")).job("a")?.schedule.inWords == "0 3 * * 7")
    let wrong = load(schedule("0 3 * * 8"))
    #expect(
      wrong.lines.first?.hasPrefix("ctx7.yaml:5:24: error: cron expression, day of week: '8' is") == true)
    #expect(load(schedule("0 3 * *\n        * 8")).lines.map { $0.contains(#"'*\n*'"#) } == [true])
  }

  @Test func `a schedule without a type is what its keys say`() {
    let loaded = load(
      """
      jobs:
        - {job_id: a, job_type: maintenance, schedule: {cron_expression: "0 3 * * *"}}
        - {job_id: b, job_type: maintenance, schedule: {execute_at: "2027-01-31T02:00:00Z"}}
        - {job_id: c, job_type: maintenance, schedule: {hours: 1}}
      """)
    #expect(loaded.lines == [])
    #expect((try? CronSpec("0 3 * * *").recurrence) == loaded.job("a")?.schedule.recurrence)
    guard case .once = loaded.job("b")?.schedule.recurrence else { return #expect(Bool(false), "b") }
    #expect(loaded.job("c")?.schedule.recurrence == .interval(seconds: 3600))
  }

  @Test func `what is wrong with one key of a schedule hides nothing of the others`() {
    let loaded = load(
      """
      jobs:
        - job_id: a
          job_type: maintenance
          schedule:
            schedule_type: cron
            cron_expression: "61 25 * * 8"
            timezone: Europe/Berln
            jitter: 5
            max_executions: 0
      """, hasZone: { $0 != "Europe/Berln" })
    #expect(loaded.diagnostics.map { $0.position?.line } == [6, 7, 8, 9])
    #expect(
      loaded.diagnostics[1].message
        == "there is no time zone 'Europe/Berln' on this host; 'timedatectl list-timezones' lists those of tzdata"
    )
  }

  @Test func `every problem is reported at once, in the order of the files`() {
    let loaded = load(
      """
      max_concurrent_jobs: 99
      jobs:
        - job_id: a
          job_type: nonsense
          timeout_seconds: -1
          schedule: {schedule_type: cron, cron_expression: "x * * * *"}
        - job_name: nameless
      bogus: 1
      """, jobs: ["job_id: b"], environment: ["BG_JOBS_ENABLED": "perhaps"])
    #expect(
      loaded.diagnostics.map { "\($0.position?.description ?? "environment")" } == [
        "ctx7.yaml:1:22", "ctx7.yaml:4:15", "ctx7.yaml:5:22", "ctx7.yaml:6:55", "ctx7.yaml:7:5",
        "ctx7.yaml:8:1",
        "jobs.d/0.yaml:1:9", "jobs.d/0.yaml:1:9", "environment",
      ])
  }
}
