internal import Ctx7Executor
internal import Ctx7History
internal import Ctx7Model

// What is true about the jobs at this moment.
extension Service {
  /// Whether a job fires: by its configuration, the host's, and the operator's switch.
  func isEnabled(_ job: ResolvedJob) -> Bool {
    jobSwitch.isOn(job)
  }

  /// The operator's switches.
  var jobSwitch: JobSwitch { JobSwitch(directory: settings.disabledDirectory) }

  /// Whether an operator has switched a job off.
  func isSwitchedOff(_ id: JobID) -> Bool {
    jobSwitch.switchedOff(id) != nil
  }

  /// The attempts that are under way: an open row whose lock is held. A row without a lock is of a dead process.
  func running() throws -> [ExecutionRecord] {
    try records.history().liveAttempts(lockDirectory: settings.lockDirectory)
  }
}
