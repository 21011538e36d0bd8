internal import Ctx7Model

/// Turns what was written of the jobs into what it means.
struct JobResolver {
  let host: WrittenHost
  let context7: (cleanup: WrittenParameters, refresh: WrittenParameters)
  let overrides: (cleanup: WrittenParameters, refresh: WrittenParameters)
  let diagnostics: Diagnostics

  /// The complete jobs; without any that is written, the built-in ones.
  func resolve(_ written: [WrittenJob]) -> [JobConfig] {
    guard !written.isEmpty else {
      return BuiltInJobs.ids.compactMap { id in
        BuiltInJobs.template(id, host: host).map { template in
          var job = withParameters(template, WrittenParameters())
          job.alerts = host.alerts
          return job
        }
      }
    }
    noteIdleIntervals(written)
    var seen: [JobID: SourcePosition] = [:]
    return written.compactMap { job in
      if let first = seen[job.id] {
        diagnostics.error(job.position, "job_id '\(job.id)' is taken: the job at \(first) has it")
        return nil
      }
      seen[job.id] = job.position
      return resolve(job)
    }
  }

  private func resolve(_ written: WrittenJob) -> JobConfig? {
    let builtIn = written.mayBeBuiltIn ? BuiltInJobs.template(written.id, host: host) : nil
    guard var job = builtIn ?? template(written) else { return nil }
    job.name = written.name ?? job.name
    job.description = written.description ?? job.description
    job.enabled = written.enabled ?? job.enabled
    job.priority = written.priority ?? job.priority
    job.schedule = written.schedule ?? job.schedule
    job.retry = written.retry?.over(job.retry) ?? job.retry
    job.timeoutSeconds = written.timeoutSeconds ?? job.timeoutSeconds
    job.maxConcurrentExecutions = written.maxConcurrentExecutions ?? job.maxConcurrentExecutions
    job.alertOnFailure = written.alertOnFailure ?? job.alertOnFailure
    job.alertOnSuccess = written.alertOnSuccess ?? job.alertOnSuccess
    job.alerts = alerts(written)
    if let command = written.command { job.work = .command(command) }
    return withParameters(job, written.parameters)
  }

  /// The intervals of the host are those of the built-in health check, where that has no schedule of its own.
  private func noteIdleIntervals(_ written: [WrittenJob]) {
    let usesThem = written.contains {
      BuiltInJobs.type(of: $0.id) == .healthCheck && !$0.saysSchedule
        && ($0.type ?? .healthCheck) == .healthCheck
    }
    guard !usesThem else { return }
    for interval in [host.healthCheckInterval, host.metricsInterval].compactMap({ $0 }) {
      diagnostics.note(
        interval.position,
        "\(interval.name) has no effect: "
          + "no job '\(BuiltInJobs.healthCheck)' without a schedule of its own is configured")
    }
  }

  /// What a job that is not built in starts from: it has to say itself what it does and when.
  private func template(_ written: WrittenJob) -> JobConfig? {
    if !written.saysType {
      diagnostics.error(
        written.position,
        "job '\(written.id)' needs a job_type: \(JobType.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    if !written.saysSchedule {
      diagnostics.error(written.position, "job '\(written.id)' needs a schedule")
    }
    guard let type = written.type, let schedule = written.schedule else { return nil }
    if type == .command, written.command == nil, !written.saysCommand {
      diagnostics.error(
        written.position, "job '\(written.id)' needs parameters.argv: the program and its arguments")
    }
    return JobConfig(id: written.id, name: written.id.rawValue, schedule: schedule, work: work(type))
  }

  private func alerts(_ written: WrittenJob) -> AlertPolicy {
    guard let own = written.alerts else { return host.alerts }
    let known = host.settings.alertSinks.map(\.name)
    for name in own.sinks ?? [] where !known.contains(name) {
      let hint =
        known.isEmpty ? "none is configured under alerts.sinks" : "there are \(known.joined(separator: ", "))"
      diagnostics.error(own.sinksPosition, "sinks: there is no sink '\(name)'; \(hint)")
    }
    return own.over(host.alerts)
  }

  private func work(_ type: JobType) -> JobWork {
    switch type {
    case .ttlCleanup: .ttlCleanup(CleanupParameters())
    case .documentRefresh: .documentRefresh(RefreshParameters())
    case .healthCheck: .healthCheck
    case .maintenance: .maintenance
    case .command: .command(CommandParameters(argv: []))
    }
  }

  private func withParameters(_ job: JobConfig, _ written: WrittenParameters) -> JobConfig {
    var job = job
    switch job.work.type {
    case .ttlCleanup:
      job.work = .ttlCleanup(overrides.cleanup.over(written).over(context7.cleanup).cleanup)
    case .documentRefresh:
      job.work = .documentRefresh(overrides.refresh.over(written).over(context7.refresh).refresh)
    case .healthCheck, .maintenance, .command: break
    }
    return job
  }
}
