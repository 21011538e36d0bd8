internal import Ctx7Executor
internal import Ctx7History
internal import Ctx7Model
internal import Hummingbird

/// Jobs: what they are, how they do, and what can be done to them.
enum JobEndpoints {
  static let all = [list, get, metrics, execute, cancel, enable, disable]

  private static let list = Endpoint(
    id: "list_jobs", method: .get, path: "\(API.prefix)/jobs", summary: "List the jobs.",
    parameters: [
      Parameter(name: "enabled_only", kind: .flag(default: false), description: "Leave out disabled jobs."),
      Parameter(
        name: "job_type", kind: .word(JobType.allCases.map(\.rawValue)),
        description: "Only jobs of this type."),
    ], answer: .json(.array(of: .named("Job")))
  ) { call in
    let type = call.optionalText("job_type")
    let jobs = try call.service.records.history().storedJobs().filter { stored in
      (type == nil || stored.job.config.work.type.rawValue == type)
        && (!call.flag("enabled_only") || call.service.isEnabled(stored.job))
    }
    return Response(json: .array(jobs.map { json(of: $0, call.service) }))
  }

  private static let get = Endpoint(
    id: "get_job", method: .get, path: "\(API.prefix)/jobs/{job_id}", summary: "Show one job.",
    parameters: [.job], answer: .json(.named("Job")), failures: [404: "There is no such job."]
  ) { call in
    let id = try call.job().config.id
    guard let stored = try call.service.records.history().storedJobs(of: id).first else {
      throw APIError.noSuchJob(id.rawValue)
    }
    return Response(json: json(of: stored, call.service))
  }

  private static let metrics = Endpoint(
    id: "get_job_metrics", method: .get, path: "\(API.prefix)/jobs/{job_id}/metrics",
    summary: "Show the counts and averages of a job over all its attempts.", parameters: [.job],
    answer: .json(.named("Metrics")), failures: [404: "There is no such job."]
  ) { call in
    let id = try call.job().config.id
    let report = try HealthReport(call.service, of: id)
    return Response(json: report.metrics(of: id).json(report.status(of: id)))
  }

  private static let execute = Endpoint(
    id: "execute_job", method: .post, path: "\(API.prefix)/jobs/{job_id}/execute",
    summary: "Start an execution of a job now; it is followed by its execution id.", permission: .operate,
    parameters: [.job], takesCorrelationID: true,
    answer: .json(started),
    failures: [404: "There is no such job.", 409: "The job runs already, or waits for a retry."]
  ) { call in
    answer(try await call.service.execute(try call.job(), correlationID: call.correlationID, by: call.caller))
  }

  /// What comes back for an execution that was asked for.
  static let started = Schema.object([
    "message": .string,
    "execution": .object([
      "execution_id": .string, "job_id": .string, "status": .constant("pending"), "correlation_id": .string,
    ]),
  ])

  static func answer(_ requested: ExecutionRequest) -> Response {
    Response(json: [
      "message": .string("Job '\(requested.jobID)' is starting"),
      "execution": [
        "execution_id": .string(requested.executionID), "job_id": .string(requested.jobID.rawValue),
        "status": "pending", "correlation_id": .string(requested.correlationID),
      ],
    ])
  }

  private static let enable = Endpoint(
    id: "enable_job", method: .post, path: "\(API.prefix)/jobs/{job_id}/enable",
    summary: "Let a job fire again that was switched off.", permission: .operate, parameters: [.job],
    answer: .json(.named("Message")),
    failures: [404: "There is no such job.", 409: "The configuration, not an operator, has it disabled."]
  ) { call in
    Response(json: ["message": .string(try await call.service.enable(try call.job()))])
  }

  private static let disable = Endpoint(
    id: "disable_job", method: .post, path: "\(API.prefix)/jobs/{job_id}/disable",
    summary: "Switch a job off: it does not fire until it is enabled.", permission: .operate,
    parameters: [
      .job,
      Parameter(
        name: "reason", kind: .text(maxLength: 200), description: "Why; shown wherever the job is."),
    ],
    answer: .json(.named("Message")), failures: [404: "There is no such job."]
  ) { call in
    let message = try await call.service.disable(
      try call.job(), reason: call.optionalText("reason"), by: call.caller)
    return Response(json: ["message": .string(message)])
  }

  private static let cancel = Endpoint(
    id: "cancel_job", method: .post, path: "\(API.prefix)/jobs/{job_id}/cancel",
    summary: "Stop what runs of a job, and its wait for a retry.", permission: .operate, parameters: [.job],
    answer: .json(.named("Message")),
    failures: [404: "There is no such job.", 409: "An execution runs outside of units, as another user."]
  ) { call in
    Response(json: ["message": .string(try await call.service.cancel(try call.job()))])
  }

  private static func json(of stored: StoredJob, _ service: Service) -> JSONValue {
    let config = stored.job.config
    return [
      "job_id": .string(config.id.rawValue),
      "job_name": .string(config.name),
      "job_type": .string(config.work.type.rawValue),
      "description": .string(config.description),
      "enabled": .bool(service.isEnabled(stored.job)),
      "priority": .string(config.priority.rawValue),
      "schedule": .string(config.schedule.inWords),
      "created_at": JSONValue(stored.createdAt),
      "updated_at": JSONValue(stored.updatedAt),
    ]
  }
}
