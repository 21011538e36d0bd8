internal import Ctx7History
internal import Ctx7Model
internal import Hummingbird

/// The alerts that were raised.
enum AlertEndpoints {
  static let all = [
    Endpoint(
      id: "list_alerts", method: .get, path: "\(API.prefix)/alerts",
      summary: "List the alerts, the newest first.", parameters: [.limit, .offset, .ofJob],
      answer: .json(.page("alerts", of: .named("Alert"))), failures: [404: Call.unknownJob]
    ) { call in
      let (history, job) = (try call.service.records.history(), try call.knownJob())
      let alerts = try history.alerts(
        of: job, limit: call.integer("limit"), offset: call.integer("offset"))
      return Response(page: "alerts", alerts.map(\.json), total: try history.alertCount(of: job), call)
    }
  ]
}
