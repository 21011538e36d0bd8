internal import Ctx7Executor
internal import Ctx7History
internal import Ctx7Model

extension HealthReport {
  /// What a job is doing, and below it why that is not as it should be.
  func state(of job: ResolvedJob) -> HTML {
    let id = job.config.id
    if open.contains(where: { $0.jobID == id }) { return Tone.run.label("running") }
    let reasons = (health[id]?.reasons ?? []).map { reason -> HTML in "<small>\(reason)</small>" }
    guard isOn(job) else {
      return "\(Tone.idle.label(job.isEnabled ? "switched off" : "disabled"))\(.joined(reasons))"
    }
    let status = status(of: id)
    return "\(status.tone.label(status == .unknown ? "waiting" : status.rawValue))\(.joined(reasons))"
  }
}
