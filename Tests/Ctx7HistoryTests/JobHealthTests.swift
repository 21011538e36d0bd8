import Ctx7History
import Ctx7Model
import Testing

@Suite struct JobHealthTests {
  private func facts(
    _ cron: String = "0 3 * * 0", ran days: Int64? = 1, failures: Int = 0, executions: Int = 20,
    failed: Int = 0
  ) throws -> JobHealth.Facts {
    var metrics = JobMetrics(jobID: try jobID("nightly"))
    metrics.totalExecutions = executions
    metrics.measuredExecutions = executions
    metrics.averageDurationSeconds = 10
    metrics.maxDurationSeconds = 500
    metrics.consecutiveFailures = failures
    metrics.lastExecutionAt = days.map { start.adding(days: -$0) }
    let config = JobConfig(
      id: try jobID("nightly"), name: "Nightly", schedule: Schedule(.cron(try CronExpression(cron))),
      work: .maintenance)
    var recent = RecentAttempts()
    (recent.ended, recent.failed) = (executions, failed)
    return JobHealth.Facts(
      job: ResolvedJob(config: config, host: HostSettings()), metrics: days == nil ? nil : metrics,
      recent: recent, generatedAt: start.adding(days: -30), switchedOff: nil, latest: nil, zone: .utc)
  }

  @Test func `a weekly job that ran five days ago is not late`() throws {
    // `start` is a Monday; the job runs on Wednesdays.
    #expect(JobHealth(try facts("0 3 * * 3", ran: 5), at: start).status == .healthy)
  }

  @Test(arguments: [(9, JobMetrics.Health.degraded), (30, .unhealthy)] as [(Int64, JobMetrics.Health)])
  func `a weekly job that missed its day is late, and unhealthy when it missed several`(
    days: Int64, health: JobMetrics.Health
  ) throws {
    let found = JobHealth(try facts(ran: days), at: start)
    #expect(found.status == health)
    #expect(found.reasons.count == 1)
    #expect(found.reasons.first?.contains("it was due") == true)
  }

  @Test func `a job that never ran although it was due is found`() throws {
    let found = JobHealth(try facts(ran: nil), at: start)
    #expect(found.status == .unhealthy)
    #expect(found.reasons.first?.hasPrefix("it has never run") == true)
  }

  @Test func `a schedule that was changed is judged from then on`() throws {
    var facts = try facts("0 * * * *", ran: 9)
    facts.generatedAt = start.adding(seconds: -60)
    #expect(JobHealth(facts, at: start).status == .healthy)
  }

  @Test func `a cancellation is not taken for the failure before it`() throws {
    var facts = try facts(failures: 1)
    var latest = try attempt("a")
    latest.status = .cancelled
    latest.ending = ending(after: 1, failure: JobFailure(.cancelled, "stopped by SIGTERM"))
    facts.latest = latest
    #expect(JobHealth(facts, at: start).reasons == ["1 failure in a row"])
  }

  @Test func `a job that is at work is not late`() throws {
    var facts = try facts(ran: 9)
    facts.openSince = start.adding(days: -1)
    #expect(JobHealth(facts, at: start).status == .healthy)
  }

  @Test func `a job is not late before its start_time, and is when it did not run then`() throws {
    var facts = try facts("0 3 * * *", ran: nil)
    facts.job.config.schedule.startTime = start.adding(days: 14)
    #expect(JobHealth(facts, at: start).status == .unknown)
    #expect(JobHealth(facts, at: start.adding(days: 18)).status == .unhealthy)
  }

  @Test(arguments: [(0, JobMetrics.Health.healthy), (1, .degraded), (2, .degraded), (3, .unhealthy)])
  func `failures in a row decide`(failures: Int, health: JobMetrics.Health) throws {
    #expect(JobHealth(try facts(failures: failures), at: start).status == health)
  }

  @Test func `one slow execution of long ago tells nothing, the latest one does`() throws {
    var facts = try facts()
    #expect(JobHealth(facts, at: start).status == .healthy)
    var latest = try attempt("a")
    latest.ending = ending(after: 31)
    facts.latest = latest
    #expect(JobHealth(facts, at: start).status == .degraded)
    latest.ending = ending(after: 26)
    facts.latest = latest
    #expect(JobHealth(facts, at: start).status == .healthy)
  }

  @Test func `many failures of late degrade a job that succeeds now`() throws {
    #expect(JobHealth(try facts(executions: 20, failed: 5), at: start).status == .degraded)
    #expect(JobHealth(try facts(executions: 20, failed: 4), at: start).status == .healthy)
    #expect(JobHealth(try facts(executions: 9, failed: 9), at: start).status == .healthy)
  }

  @Test func `a job that is off counts for nothing, and says why`() throws {
    var off = try facts(failures: 5)
    off.switchedOff = SwitchedOff(reason: "by ada")
    let found = JobHealth(off, at: start)
    #expect(found.isOff)
    #expect(found.reasons == ["switched off: by ada"])
    off.job.host.enabled = false
    #expect(JobHealth(off, at: start).reasons == ["all jobs are turned off (enabled: false)"])
    #expect(JobHealth.overall([found]) == .unknown)
  }

  @Test func `a job whose timer does not run is unhealthy, one whose schedule is over is not`() throws {
    var facts = try facts()
    facts.unitFault = .timerInactive(.stopped)
    facts.scope = .user
    let stopped = JobHealth(facts, at: start)
    #expect(stopped.status == .unhealthy)
    #expect(
      stopped.reasons == ["its timer is stopped; 'systemctl --user start ctx7-job-nightly.timer'"])
    for fault in [UnitFault.timerInactive(.masked(untilBoot: false)), .serviceMasked(untilBoot: true)] {
      facts.unitFault = fault
      #expect(
        JobHealth(facts, at: start).reasons.first?.hasSuffix("then 'ctx7-units generate --user'") == true)
    }
    facts.unitFault = .timerInactive(.stopped)
    facts.job.config.schedule.endTime = start
    let over = JobHealth(facts, at: start)
    #expect(over.status == .healthy)
    #expect(over.reasons == ["its schedule has no further firing"])
  }

  @Test
  func `a unit that cannot start is told of, and what ended by a status of ours unless its execution tells`()
    throws
  {
    var facts = try facts()
    facts.unitFault = .setupFailed(status: 243, at: start.adding(seconds: -10))
    #expect(
      JobHealth(facts, at: start).reasons == [
        "its unit cannot start: 243/CREDENTIALS; see 'systemctl status ctx7-job-nightly.service'"
      ])
    #expect(JobHealth(facts, at: start).status == .unhealthy)
    for (status, seconds, isRecorded) in [(243, 0, false), (78, -60, false), (78, -10, true), (74, 0, true)] {
      let fault = UnitFault.setupFailed(status: status, at: start.adding(seconds: -10))
      #expect(fault.isRecorded(by: start.adding(seconds: Int64(seconds))) == isRecorded)
      #expect(!fault.isRecorded(by: nil))
    }
  }

  @Test func `together the jobs are healthy, degraded or unhealthy`() throws {
    func health(_ failures: Int) throws -> JobHealth { JobHealth(try facts(failures: failures), at: start) }
    #expect(JobHealth.overall([]) == .unknown)
    #expect(try JobHealth.overall([health(0), health(0)]) == .healthy)
    #expect(try JobHealth.overall([health(0), health(0), health(3)]) == .degraded)
    #expect(try JobHealth.overall([health(0), health(3)]) == .unhealthy)
    #expect(try JobHealth.overall([health(0), health(1)]) == .degraded)
  }
}
