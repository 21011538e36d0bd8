internal import Ctx7Executor
internal import Ctx7History
internal import Ctx7Model

extension HealthReport {
  /// Of the jobs of a service.
  init(_ service: Service, of id: JobID? = nil) throws {
    let settings = service.settings
    try self.init(
      service.records.history(), of: id, lockDirectory: settings.lockDirectory,
      disabledDirectory: settings.disabledDirectory, scope: settings.scope, zone: settings.zone,
      at: service.now())
  }

  /// How many executions work.
  var running: Int { open.count { $0.status == .running } }

  /// How many executions wait for a slot.
  var waiting: Int { open.count { $0.status == .pending } }

  /// How many jobs fire.
  var enabled: Int { jobs.count { isOn($0.job) } }

  /// By job, under the reference's names.
  var json: JSONValue {
    .object(
      jobs.map { stored in
        let id = stored.job.config.id
        let metrics = metrics(of: id)
        return .init(
          id.rawValue,
          [
            "health_status": .string(status(of: id).rawValue),
            "consecutive_failures": JSONValue(metrics.consecutiveFailures),
            "last_execution": JSONValue(metrics.lastExecutionAt),
          ])
      })
  }
}
