internal import Ctx7History
internal import Ctx7Model
internal import HTTPTypes
internal import Hummingbird

/// Executions that failed for good.
enum DeadLetterEndpoints {
  static let all = [list, get, retry, purge, remove]

  private static let letter = Parameter(
    name: "dead_letter_id", kind: .integer(1...Int(Int32.max), default: nil), description: "The dead letter.",
    isInPath: true)

  private static let olderThan = Parameter(
    name: "older_than_days", kind: .integer(0...36_500, default: nil),
    description: "Only those that failed more than so many days ago.")

  private static let list = Endpoint(
    id: "list_dead_letters", method: .get, path: "\(API.prefix)/dead-letters",
    summary: "List the executions that failed for good, the newest first.",
    parameters: [.limit, .offset, .ofJob],
    answer: .json(.page("dead_letters", of: .named("DeadLetter"))), failures: [404: Call.unknownJob]
  ) { call in
    let (history, job) = (try call.service.records.history(), try call.knownJob())
    let letters = try history.deadLetters(
      of: job, limit: call.integer("limit"), offset: call.integer("offset"))
    return Response(
      page: "dead_letters", letters.map(\.json), total: try history.deadLetterCount(of: job), call)
  }

  private static let get = Endpoint(
    id: "get_dead_letter", method: .get, path: "\(API.prefix)/dead-letters/{dead_letter_id}",
    summary: "Show one dead letter, with its configuration and all its attempts.", parameters: [letter],
    answer: .json(.named("DeadLetter")), failures: [404: "There is no such dead letter."]
  ) { call in
    Response(json: try requireLetter(call).json)
  }

  private static let retry = Endpoint(
    id: "retry_dead_letter", method: .post, path: "\(API.prefix)/dead-letters/{dead_letter_id}/retry",
    summary: "Execute the job of a dead letter again, by its present configuration.", permission: .operate,
    parameters: [letter], answer: .json(JobEndpoints.started),
    failures: [
      404: "There is no such dead letter, or its job is gone.",
      409: "The job runs already, or waits for a retry.",
    ]
  ) { call in
    let letter = try requireLetter(call)
    guard let job = try call.service.records.history().job(letter.jobID) else {
      throw APIError.noSuchJob(letter.jobID.rawValue)
    }
    let requested = try await call.service.execute(job, correlationID: nil, by: call.caller)
    try call.service.records.writableHistory().markRetried(letter.id, at: call.service.now())
    return JobEndpoints.answer(requested)
  }

  private static let remove = Endpoint(
    id: "purge_dead_letter", method: .delete, path: "\(API.prefix)/dead-letters/{dead_letter_id}",
    summary: "Delete one dead letter.", permission: .operate, parameters: [letter],
    answer: .json(.named("Message")), failures: [404: "There is no such dead letter."]
  ) { call in
    let id = try requireLetter(call).id
    try call.service.records.writableHistory().purgeDeadLetters(id: id)
    return Response(json: ["message": .string("dead letter \(id) is deleted")])
  }

  private static let purge = Endpoint(
    id: "purge_dead_letters", method: .delete, path: "\(API.prefix)/dead-letters",
    summary: "Delete the dead letters of a job, old ones, or (all=true) all of them.", permission: .operate,
    parameters: [
      .ofJob, olderThan,
      Parameter(
        name: "all", kind: .flag(default: false), description: "All of them; wanted where nothing else is."),
    ],
    answer: .json(.object(["message": .string, "deleted": .count])), failures: [404: Call.unknownJob]
  ) { call in
    let isLimited = call.optionalText("job_id") != nil || call.optionalInteger("older_than_days") != nil
    guard isLimited || call.flag("all") else {
      throw APIError(
        .unprocessableContent,
        "nothing is deleted; say which letters: job_id, older_than_days, or all=true")
    }
    let cutOff = call.optionalInteger("older_than_days").map { call.service.now().adding(days: -Int64($0)) }
    let deleted = try call.service.records.writableHistory().purgeDeadLetters(
      of: try call.knownJob(), failedBefore: cutOff)
    return Response(json: [
      "message": .string("\(deleted.counted("dead letter")) deleted"), "deleted": JSONValue(deleted),
    ])
  }

  private static func requireLetter(_ call: Call) throws -> DeadLetter {
    let id = call.integer("dead_letter_id")
    guard let letter = try call.service.records.history().deadLetter(Int64(id)) else {
      throw APIError(.notFound, "there is no dead letter \(id)")
    }
    return letter
  }
}
