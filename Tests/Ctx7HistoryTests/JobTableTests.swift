import Ctx7History
import Ctx7Model
import Testing

@Suite struct JobTableTests {
  private func job(_ id: String, _ schedule: Schedule, _ work: JobWork = .maintenance) throws -> ResolvedJob {
    var config = JobConfig(id: try jobID(id), name: "Job \(id)", schedule: schedule, work: work)
    config.retry.retryOn = [.connection, .rateLimit]
    config.priority = .critical
    return ResolvedJob(config: config, host: HostSettings(maxConcurrentJobs: 7))
  }

  @Test func `every kind of schedule and work comes back as it was stored`() async throws {
    try await withHistory { history, _ in
      let schedules: [Schedule] = [
        Schedule(
          .cron(try CronExpression("0 3 * * 0")), timeZone: "Europe/Berlin", startTime: start,
          endTime: start.adding(days: 1), maxExecutions: 5, jitterSeconds: 30, catchUp: false,
          clockChanges: .systemd),
        Schedule(.interval(seconds: 90)),
        Schedule(.once(start)),
        Schedule(.reboot),
      ]
      let works: [JobWork] = [
        .maintenance, .healthCheck, .ttlCleanup(CleanupParameters(batchSize: 7)),
        .documentRefresh(
          RefreshParameters(
            minimumQualityScore: 0.25, workspaces: WorkspaceSelection(targets: ["a"], excluded: ["b", "c"]))),
      ]
      let jobs = try zip(schedules, works).enumerated().map { try job("job-\($0)", $1.0, $1.1) }
      try history.store(jobs, at: start)
      #expect(try history.jobs() == jobs)
      #expect(try history.job(jobID("job-2")) == jobs[2])
    }
  }

  @Test func `a removed job keeps its history`() async throws {
    try await withHistory { history, _ in
      try history.store([try job("a", Schedule(.reboot)), try job("b", Schedule(.reboot))], at: start)
      try history.open(try attempt("run", of: "a"))
      try history.store([try job("b", Schedule(.reboot))], at: start)
      #expect(try history.jobs().map(\.config.id.rawValue) == ["b"])
      #expect(try history.executions(of: jobID("a")).map(\.id) == ["run"])
    }
  }

  @Test func `the hash tells any change of the job or the host settings`() throws {
    let original = try job("a", Schedule(.interval(seconds: 60)))
    var changed: [ResolvedJob] = [original]
    changed.append(try job("a", Schedule(.interval(seconds: 61))))
    var named = original
    named.config.name += "!"
    var hosted = original
    hosted.host.enabled = false
    changed += [named, hosted]
    #expect(Set(changed.map(\.hash)).count == changed.count)
    #expect(original.hash.count == 16)
  }
}
