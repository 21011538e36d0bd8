internal import Ctx7Model

/// The buttons of one job.
struct JobActions {
  private let job: ResolvedJob
  private let isEnabled: Bool

  init(_ job: ResolvedJob, isEnabled: Bool) {
    self.job = job
    self.isEnabled = isEnabled
  }

  var html: HTML {
    isEnabled
      ? "\(button("execute", "Execute")) \(button("disable", "Disable"))"
      : "\(button("execute", "Execute")) \(button("enable", "Enable"))"
  }

  private func button(_ action: String, _ label: String) -> HTML {
    """
    <form method="post" action="/jobs/\(job.config.id.rawValue)/\(action)">\
    <button aria-label="\(label) \(job.config.id.rawValue)">\(label)</button></form>
    """
  }
}
