public import Ctx7Model
public import Ctx7Systemd
internal import Foundation
internal import HTTPTypes
internal import Hummingbird
public import Logging

/// The REST API and the dashboard on the sockets that systemd holds.
public struct API: Sendable {
  static let prefix = "/api/v1/background-jobs"
  /// Of the API, not of the program: as long as it stays, clients keep working.
  static let version = "1.0.0"
  static let healths = ["unknown", "healthy", "degraded", "unhealthy"]

  static let endpoints: [Endpoint] =
    ServiceEndpoints.all + JobEndpoints.all + ExecutionEndpoints.all + DocumentEndpoints.all
    + DeadLetterEndpoints.all + AlertEndpoints.all + DashboardEndpoints.all + MetricsEndpoint.all
    + DescriptionEndpoints.all

  private let service: Service
  private let logger: Logger
  /// Give it, and `run` returns once every request has its answer.
  public let stop = StopSignal()

  /// Creates an API; nothing is opened before the first request.
  public init(_ settings: APISettings, now: @escaping @Sendable () -> Timestamp, logger: Logger) {
    service = Service(records: Records(settings), settings: settings, stop: stop, now: now)
    self.logger = logger
  }

  /// Serves until it is stopped or has been idle for a minute.
  public func run(on sockets: [ActivatedSocket]) async throws {
    let responder = router.buildResponder()
    try await ActivatedServer(sockets, limits: service.settings.limits, stop: stop, logger: logger) {
      try await responder.respond(to: $0, context: $1)
    }.run()
  }

  private var router: Router<APIContext> {
    let router = Router(context: APIContext.self, options: .autoGenerateHeadEndpoints)
    let settings = service.settings
    let access = AccessPolicy(
      tokens: settings.tokens, owner: (geteuid(), getegid()), scope: settings.scope,
      tokensFile: settings.tokensFile)
    router.add(middleware: AnswerMiddleware(access: access, scope: settings.scope, now: service.now))
    for endpoint in Self.endpoints {
      router.on(RouterPath(endpoint.path), method: endpoint.method) { [service] request, context in
        try await endpoint.serve(request, context, service)
      }
    }
    refuseOtherMethods(router)
    return router
  }

  /// A path that exists answers 405 to the methods that it does not have (RFC 9110 §15.5.6), not 404.
  private func refuseOtherMethods(_ router: Router<APIContext>) {
    for (path, endpoints) in Dictionary(grouping: Self.endpoints, by: \.path) {
      var allowed = Set(endpoints.map(\.method))
      if allowed.contains(.get) { allowed.insert(.head) }
      let allow = allowed.map(\.rawValue).sorted().joined(separator: ", ")
      for method in Self.methods where !allowed.contains(method) {
        router.on(RouterPath(path), method: method) { _, _ -> Response in
          throw APIError(.methodNotAllowed, "this path takes \(allow)", headers: [.allow: allow])
        }
      }
    }
  }

  /// QUERY is a GET with a body (draft-ietf-httpbis-safe-method-w-body).
  private static let methods: [HTTPRequest.Method] =
    [.get, .head, .post, .put, .delete, .patch, .options, .trace, .connect]
    + [HTTPRequest.Method("QUERY")].compactMap { $0 }
}
