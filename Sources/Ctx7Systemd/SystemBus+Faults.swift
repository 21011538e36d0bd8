public import Ctx7Model

extension Scope {
  /// What is wrong with the units of jobs; nothing where no systemd answers.
  public func faults(of jobs: [JobID]) -> [JobID: UnitFault] {
    (try? SystemBus(self).faults(of: jobs)) ?? [:]
  }
}

extension SystemBus {
  /// What is wrong with the units of jobs that are on; jobs without a finding, or without units, are left out.
  ///
  /// All units are asked for in one call; only those that are not as they should be cost more.
  public func faults(of jobs: [JobID]) throws(BusError) -> [JobID: UnitFault] {
    let states = try states(matching: "\(JobID.unitPrefix)*")
    var faults: [JobID: UnitFault] = [:]
    for job in jobs {
      if let state = try inactivity(of: job.timerUnit, states[job.timerUnit]) {
        faults[job] = .timerInactive(state)
      } else if states[job.serviceUnit]?.load == "masked" {
        faults[job] = .serviceMasked(
          untilBoot: try unitText("UnitFileState", of: job.serviceUnit) == "masked-runtime")
      } else if let fault = try setupFailure(of: job.serviceUnit, states[job.serviceUnit]?.active) {
        faults[job] = fault
      }
    }
    return faults
  }

  private func inactivity(
    of timer: String, _ known: (load: String, active: String)?
  ) throws(BusError) -> UnitFault.TimerState? {
    // One that is masked while it runs stays active, and does not fire any more.
    guard known?.load != "loaded" || ["inactive", "failed"].contains(known?.active) else { return nil }
    let load = if let known { known.load } else { try unitText("LoadState", of: timer) }
    switch load {
    case "masked": return .masked(untilBoot: try unitText("UnitFileState", of: timer) == "masked-runtime")
    case "loaded":
      if known?.active == "failed" { return .failed }
      return try unitText("UnitFileState", of: timer) == "disabled" ? .disabled : .stopped
    // These are the units of another configuration, or of none.
    default: return nil
    }
  }

  /// - Parameter state: `failed`, or `activating` while it waits for its restart too.
  private func setupFailure(of service: String, _ state: String?) throws(BusError) -> UnitFault? {
    guard state == "failed" || state == "activating" else { return nil }
    let status = try exitStatus(of: service)
    guard UnitFault.isSetupStatus(status) else { return nil }
    let began = try number(UnitNumber("ExecMainStartTimestamp", of: service, "Service"))
    return .setupFailed(status: status, at: Timestamp(rawValue: Int64(began / 1000)))
  }
}
