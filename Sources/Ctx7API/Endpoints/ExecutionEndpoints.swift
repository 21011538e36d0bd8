internal import Ctx7History
internal import Ctx7Model
internal import Hummingbird

/// Executions: those that run, those that ran, and one by its id.
enum ExecutionEndpoints {
  static let all = [running, history, get]

  private static let running = Endpoint(
    id: "list_running_executions", method: .get, path: "\(API.prefix)/executions/running",
    summary: "List the executions that are under way.",
    answer: .json(
      .object([
        "running_jobs": .array(
          of: .object([
            "execution_id": .string, "job_id": .string, "job_name": .string, "started_at": .timestamp,
            "correlation_id": .string, "status": .words(["pending", "running"]), "status_text": .string,
          ])),
        "count": .count,
      ]))
  ) { call in
    let running = try call.service.running()
    let names = Dictionary(
      uniqueKeysWithValues: try call.service.records.history().jobs().map { ($0.config.id, $0.config.name) })
    let texts = call.service.statusTexts(of: Set(running.map(\.jobID)))
    let rows = running.map { record -> JSONValue in
      [
        "execution_id": .string(record.id),
        "job_id": .string(record.jobID.rawValue),
        "job_name": .string(names[record.jobID] ?? record.jobID.rawValue),
        "started_at": JSONValue(record.startedAt),
        "correlation_id": .string(record.correlationID),
        "status": .string(record.status.rawValue),
        "status_text": .string(texts[record.jobID] ?? ""),
      ]
    }
    return Response(json: ["running_jobs": .array(rows), "count": JSONValue(rows.count)])
  }

  private static let history = Endpoint(
    id: "list_job_executions", method: .get, path: "\(API.prefix)/executions/history/{job_id}",
    summary: "List the attempts of a job, the newest first; those of a job that is gone as well.",
    parameters: [
      .job, .limit, .offset,
      Parameter(
        name: "status", kind: .word(ExecutionStatus.allCases.map(\.rawValue)),
        description: "Only attempts in this state."),
    ],
    answer: .json(.page("executions", of: .named("Execution"), with: ["job_id": .string])),
    failures: [404: Call.unknownJob]
  ) { call in
    let text = call.text("job_id")
    let history = try call.service.records.history()
    guard let id = JobID(rawValue: text), try history.knows(id) else {
      throw APIError.noSuchJob(String(text.prefix(200)))
    }
    let status = call.optionalText("status").flatMap(ExecutionStatus.init(rawValue:))
    let records = try history.executions(
      of: id, status: status, limit: call.integer("limit"), offset: call.integer("offset"))
    return Response(
      page: "executions", records.map(\.json), total: try history.executionCount(of: id, status: status),
      call, with: [.init("job_id", .string(text))])
  }

  private static let get = Endpoint(
    id: "get_execution", method: .get, path: "\(API.prefix)/executions/{execution_id}",
    summary: "Show one attempt.",
    parameters: [.path("execution_id", "The attempt, or one that was asked for and has not begun.")],
    answer: .json(.named("Execution")),
    failures: [404: "There is no such execution, or it has not begun yet."]
  ) { call in
    let id = call.text("execution_id")
    guard let record = try call.service.records.history().execution(id) else {
      throw APIError(.notFound, "there is no execution \(JSONValue.quote(String(id.prefix(255))))")
    }
    return Response(json: record.json)
  }
}
