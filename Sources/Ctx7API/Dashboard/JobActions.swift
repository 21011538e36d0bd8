internal import Ctx7Model

/// The buttons of one job.
struct JobActions {
  private let job: ResolvedJob
  private let switchedOff: SwitchedOff?

  /// - Parameter switchedOff: why the job is switched off; nil when it is not.
  init(_ job: ResolvedJob, switchedOff: SwitchedOff?) {
    self.job = job
    self.switchedOff = switchedOff
  }

  /// Only what would be done: a job that its configuration turns off, or that has retired, is not enabled by hand.
  var html: HTML {
    guard job.host.enabled else { return "" }
    let execute = button("execute", "Execute")
    guard let switchedOff else {
      return job.config.enabled ? "\(execute) \(button("disable", "Disable"))" : execute
    }
    guard job.config.enabled, !switchedOff.isRetired else { return execute }
    return "\(execute) \(button("enable", "Enable"))"
  }

  private func button(_ action: String, _ label: String) -> HTML {
    """
    <form method="post" action="/jobs/\(job.config.id.rawValue)/\(action)">\
    <button aria-label="\(label) \(job.config.id.rawValue)">\(label)</button></form>
    """
  }
}
