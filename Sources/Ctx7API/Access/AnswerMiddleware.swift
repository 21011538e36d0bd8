internal import Ctx7Model
internal import HTTPTypes
internal import Hummingbird
internal import Logging

/// Every request passes here: who sends it is found out, errors become JSON, or a page where a browser asks, headers
/// that keep browsers honest are set, the log gets a line.
struct AnswerMiddleware: RouterMiddleware {
  let access: AccessPolicy
  let scope: Scope
  /// The wall clock.
  let now: @Sendable () -> Timestamp

  // Concurrent as Hummingbird's protocol has it.
  @concurrent func handle(
    _ request: Request, context: APIContext, next: @concurrent (Request, APIContext) async throws -> Response
  ) async throws -> Response {
    let start = ContinuousClock.now
    var context = context
    var response: Response
    do {
      context.caller = try access.caller(request, context.peer)
      try RequestOrigin(request).check()
      response = try await next(request, context)
    } catch {
      response = answer(to: error, request, context)
    }
    secure(&response)
    log(request, response, context, ContinuousClock.now - start)
    return response
  }

  private func answer(to error: any Error, _ request: Request, _ context: APIContext) -> Response {
    let known = APIError(error, scope)
    if known == nil { context.logger.error("\(request.method.rawValue) failed: \(error)") }
    let refusal =
      known
      ?? APIError(.internalServerError, "this should not happen; the journal of ctx7-api says more")
    let isFromBrowser = request.headers[.accept]?.contains("text/html") == true
    return isFromBrowser ? RefusalPage(refusal, now: now()).response : refusal.response
  }

  private func secure(_ response: inout Response) {
    response.headers[.date] = HTTPDate(now()).text
    response.headers[.cacheControl] = response.headers[.cacheControl] ?? "no-store"
    response.headers[.xContentTypeOptions] = "nosniff"
    response.headers[.contentSecurityPolicy] =
      response.headers[.contentSecurityPolicy] ?? "default-src 'none'; frame-ancestors 'none'"
    response.headers[.staticName("Referrer-Policy")] = "no-referrer"
    response.headers[.staticName("X-Frame-Options")] = "DENY"
    response.headers[.staticName("Cross-Origin-Resource-Policy")] = "same-origin"
  }

  /// One line a request. Only the path is logged, quoted: a query may hold anything, headers hold tokens.
  private func log(_ request: Request, _ response: Response, _ context: APIContext, _ time: Duration) {
    let milliseconds = time.components.seconds * 1000 + time.components.attoseconds / 1_000_000_000_000_000
    let path = JSONValue.quote(String(request.uri.path.prefix(200)))
    context.logger.info(
      """
      \(request.method.rawValue.prefix(20)) \(path) \(response.status.code) \(milliseconds) ms \
      \(context.caller.name)
      """)
  }
}
