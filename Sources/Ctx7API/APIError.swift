internal import Ctx7Executor
internal import Ctx7Model
internal import Ctx7Systemd
internal import HTTPTypes
internal import Hummingbird

/// A request that cannot be served: the status that says so, and one sentence.
struct APIError: Error {
  let status: HTTPResponse.Status
  let detail: String
  var headers: HTTPFields = [:]

  init(_ status: HTTPResponse.Status, _ detail: String, headers: HTTPFields = [:]) {
    self.status = status
    self.detail = detail
    self.headers = headers
  }

  static func noSuchJob(_ id: String) -> APIError {
    APIError(.notFound, "there is no job '\(id)'")
  }

  static func allTurnedOff(_ scope: Scope) -> APIError {
    APIError(
      .conflict,
      "all jobs are turned off (hint: enabled: true in ctx7.yaml, then \(scope.command("ctx7-units generate")))"
    )
  }
}

extension APIError {
  /// Turns whatever an endpoint threw into what the client is told; nil when it is nobody's business.
  init?(_ error: any Error, _ scope: Scope) {
    switch error {
    case let error as APIError: self = error
    case let error as any ClassifiedError where error.errorClass == .database:
      self.init(.serviceUnavailable, String(describing: error))
    case let error as BusError: self.init(.serviceUnavailable, Self.words(error, scope))
    case let error as HTTPError where error.status == .notFound:
      self.init(.notFound, "there is nothing at this path; /openapi.json lists what there is")
    case let error as HTTPError:
      self.init(error.status, error.body ?? error.status.reasonPhrase, headers: error.headers)
    default: return nil
    }
  }

  init(_ refusal: Switching.Refusal, of id: JobID, _ scope: Scope) {
    let generate = scope.command("ctx7-units generate")
    switch refusal {
    case .allTurnedOff: self = .allTurnedOff(scope)
    case .turnedOff:
      self.init(
        .conflict, "job '\(id)' is disabled by its configuration (hint: enabled: true, then \(generate))")
    case .retired(let off):
      self.init(.conflict, "job '\(id)' is \(off) (hint: change its schedule, then \(generate))")
    case .timerNotStarted(let error):
      self.init(
        .serviceUnavailable,
        "job '\(id)' is enabled, but its timer could not be started: \(Self.words(error, scope))")
    case .timerNotStopped(let error):
      self.init(
        .serviceUnavailable,
        "job '\(id)' is disabled, but its timer could not be stopped, and what it fires is skipped: "
          + Self.words(error, scope))
    }
  }

  private static func words(_ error: BusError, _ scope: Scope) -> String {
    if error.isRefusal {
      return "systemd does not let this service start or stop jobs: \(error.message) "
        + "(hint: install polkitd; the rule is in /usr/share/polkit-1/rules.d/50-ctx7.rules)"
    }
    if error.isMasked {
      return "\(error) (hint: '\(scope.systemctl) unmask' and its name, "
        + "then \(scope.command("ctx7-units generate")), bring it back)"
    }
    if error.name == "org.freedesktop.systemd1.NoSuchUnit" {
      return
        "\(error.message) (hint: \(scope.command("ctx7-units generate")) writes the units of the jobs)"
    }
    return "\(error) (hint: executing, enabling and disabling need a running systemd)"
  }

  var response: Response {
    var response = Response(json: ["detail": .string(detail)], status: status)
    for field in headers { response.headers.append(field) }
    return response
  }
}

extension Response {
  /// A JSON document.
  init(json: JSONValue, status: HTTPResponse.Status = .ok) {
    self.init(text: json.description, type: "application/json", status: status)
  }

  /// Text of a media type, in UTF-8.
  init(text: String, type: String, status: HTTPResponse.Status = .ok) {
    self.init(
      status: status, headers: [.contentType: type], body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
  }
}
