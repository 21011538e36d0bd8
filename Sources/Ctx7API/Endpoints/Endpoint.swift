internal import Ctx7History
internal import Ctx7Model
internal import HTTPTypes
internal import Hummingbird

/// One operation of the API: how it is called, what it answers, and what it does.
///
/// The router, the checks of parameters and the OpenAPI document are all made from this one description.
struct Endpoint: Sendable {
  /// The unique name of the operation, for generated clients.
  let id: String
  let method: HTTPRequest.Method
  /// With `{name}` for parameters.
  let path: String
  /// One sentence.
  let summary: String
  /// What the caller must be allowed to do.
  var permission = Caller.Permission.read
  var parameters: [Parameter] = []
  /// Whether a JSON string may come as the body.
  var takesCorrelationID = false
  /// What comes with 200.
  let answer: Answer
  /// Statuses besides 200, those that every endpoint may answer with, and what they mean here.
  var failures: [Int: String] = [:]
  let respond: @Sendable (Call) async throws -> Response

  /// The media type and shape of a successful answer.
  enum Answer: Sendable {
    case json(Schema)
    case text(mediaType: String)
    /// Not 200 but 303, to another page.
    case seeOther
  }
}

extension Endpoint {
  /// Answers one request, once the caller and the parameters have been checked.
  func serve(_ request: Request, _ context: APIContext, _ service: Service) async throws -> Response {
    guard context.caller.may(permission) else {
      throw APIError(
        .forbidden,
        "\(context.caller.name) may read, but not \(permission.rawValue) (hint: a token with '\(permission.rawValue)' may)"
      )
    }
    var values: [String: JSONValue] = [:]
    let query = request.uri.queryParameters
    for parameter in parameters {
      let text =
        parameter.isInPath
        ? context.parameters.get(parameter.name) : query[parameter.name[...]].map(String.init)
      values[parameter.name] = try parameter.value(text)
    }
    let known = parameters.filter { !$0.isInPath }.map(\.name)
    if let unknown = query.first(where: { !known.contains(String($0.key)) }) {
      throw APIError(
        .unprocessableContent,
        "unknown parameter \(JSONValue.quote(String(unknown.key.prefix(100)))); "
          + (known.isEmpty ? "there are none here" : "known are: \(known.joined(separator: ", "))"))
    }
    // A GET may have a body that means nothing (RFC 9110 §9.3.1).
    if method != .get, !takesCorrelationID, let length = request.headers[.contentLength].flatMap(Int.init),
      length > 0
    {
      throw APIError(.unprocessableContent, "there is nothing to say in a body here")
    }
    let correlationID =
      takesCorrelationID
      ? try await CorrelationID.read(from: request, limit: service.settings.limits.bodyBytes) : nil
    return try await respond(
      Call(service: service, caller: context.caller, values: values, correlationID: correlationID))
  }
}

/// One request, checked.
struct Call: Sendable {
  let service: Service
  let caller: Caller
  let values: [String: JSONValue]
  /// What the client wants the execution to be known by; nil when it does not care.
  let correlationID: String?

  /// A text parameter that is required or has a default.
  func text(_ name: String) -> String { values[name]?.string ?? "" }
  /// A text parameter that may be missing.
  func optionalText(_ name: String) -> String? { values[name]?.string }
  /// A whole number that may be missing.
  func optionalInteger(_ name: String) -> Int? { values[name]?.integer }
  /// A whole number with a default.
  func integer(_ name: String) -> Int { values[name]?.integer ?? 0 }
  /// A truth value with a default.
  func flag(_ name: String) -> Bool { values[name]?.bool ?? false }

  /// The job whose entries are asked for; nil for those of all.
  ///
  /// - Throws: `APIError` 422, and 404 for a job of which nothing is known.
  func knownJob() throws -> JobID? {
    guard let text = optionalText("job_id") else { return nil }
    guard let id = JobID(rawValue: text) else {
      throw APIError(.unprocessableContent, "job_id: \(JSONValue.quote(text)) cannot be a job id")
    }
    guard try service.records.history().knows(id) else { throw APIError.noSuchJob(text) }
    return id
  }

  /// What 404 means where a job's entries are asked for.
  static let unknownJob = "There is no such job, and there never was."

  /// The job that the path names.
  ///
  /// - Throws: `APIError` 404.
  func job() throws -> ResolvedJob {
    let id = text("job_id")
    guard let jobID = JobID(rawValue: id), let job = try service.records.history().job(jobID) else {
      throw APIError.noSuchJob(String(id.prefix(200)))
    }
    return job
  }
}
