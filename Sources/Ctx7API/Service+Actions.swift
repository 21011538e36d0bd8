internal import Ctx7Executor
internal import Ctx7History
internal import Ctx7Model
internal import Ctx7Systemd
internal import HTTPTypes
internal import NIOPosix

// What can be done to jobs: systemd is asked to start or stop a unit, nothing else.
extension Service {
  /// Does what waits for systemd, minutes perhaps, where no other request waits for it: those are served by as many
  /// threads as there are processors.
  private func aside<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result
  {
    try await NIOThreadPool.singleton.runIfActive(body)
  }

  /// Leaves the ids for the run and starts its unit; returns before the run has begun.
  ///
  /// - Throws: `APIError` 409 when the job runs or waits for a retry, `BusError` when systemd refuses.
  func execute(_ job: ResolvedJob, correlationID: String?, by caller: Caller) async throws -> ExecutionRequest
  {
    let start = RequestedStart(of: job, try SystemBus(settings.scope)) { try $0(records.writableHistory()) }
    do {
      return try await start.begin(
        by: caller.name, correlationID: correlationID, at: now(), randomHex: Surroundings.randomHex,
        reading: { try records.history() })
    } catch RequestedStart.Refusal.allTurnedOff {
      throw APIError.allTurnedOff
    } catch RequestedStart.Refusal.busy(let busy) {
      throw APIError(.conflict, "job '\(job.config.id)' \(busy.words(\.description))")
    }
  }

  /// Removes the operator's switch and starts the timer.
  func enable(_ job: ResolvedJob) async throws -> String {
    let id = job.config.id
    guard job.host.enabled else { throw APIError.allTurnedOff }
    guard job.config.enabled else {
      throw APIError(
        .conflict,
        "job '\(id)' is disabled by its configuration (hint: enabled: true, then \(settings.scope.command("ctx7-units generate")))"
      )
    }
    if let off = jobSwitch.switchedOff(id), off.isRetired {
      throw APIError(
        .conflict,
        "job '\(id)' is \(off) (hint: change its schedule, then \(settings.scope.command("ctx7-units generate")))"
      )
    }
    return try await aside {
      let bus = try SystemBus(settings.scope)
      let wasOff = try jobSwitch.turnOn(id)
      try bus.start([id.timerUnit])
      return wasOff ? "Job '\(id)' is enabled" : "Job '\(id)' was enabled already"
    }
  }

  /// Writes the operator's switch and stops the timer; a run under way is not disturbed.
  func disable(_ job: ResolvedJob, reason: String?, by caller: Caller) async throws -> String {
    let id = job.config.id
    return try await aside {
      let bus = try SystemBus(settings.scope)
      let wasOff = isSwitchedOff(id)
      if reason != nil || !wasOff {
        try jobSwitch.turnOff(id, reason: reason ?? "by \(caller.person)")
      }
      try bus.stop([id.timerUnit])
      return wasOff ? "Job '\(id)' was disabled already" : "Job '\(id)' is disabled"
    }
  }

  /// Stops what runs of a job, and its wait for a retry; returns once it has ended.
  func cancel(_ job: ResolvedJob) async throws -> String {
    try await aside {
      let cancellation = try Cancellation(
        of: job.config.id, records.history(), try? SystemBus(settings.scope),
        lockDirectory: settings.lockDirectory)
      if !cancellation.isEmpty {
        do {
          try cancellation.carryOut(on: job, SystemBus(settings.scope), at: now()) {
            try $0(records.writableHistory())
          }
        } catch let error as Cancellation.NotPermitted {
          throw APIError(.conflict, "\(error) (hint: root or the user who started it can stop it)")
        }
      }
      return cancellation.report.joined(separator: ", ")
    }
  }

  /// What running jobs say about themselves (`STATUS=`); empty where systemd does not answer.
  func statusTexts(of jobs: Set<JobID>) -> [JobID: String] {
    guard !jobs.isEmpty, let bus = try? SystemBus(settings.scope) else { return [:] }
    return Dictionary(
      uniqueKeysWithValues: jobs.compactMap { id in
        (try? bus.statusText(of: id.serviceUnit)).map { (id, $0) }
      })
  }

  /// When systemd fires each job next; empty where it does not answer.
  func nextFirings() -> [JobID: Timestamp] {
    guard let bus = try? SystemBus(settings.scope),
      let elapses = try? bus.nextElapses(matching: "ctx7-job-*.timer")
    else { return [:] }
    return Dictionary(
      elapses.compactMap { unit, milliseconds in
        JobID.ofTimer(unit).map { ($0, Timestamp(rawValue: milliseconds)) }
      }, uniquingKeysWith: { $1 })
  }
}
