internal import Ctx7Prometheus
internal import Hummingbird

/// Metrics for Prometheus to scrape.
enum MetricsEndpoint {
  static let all = [
    Endpoint(
      id: "get_metrics", method: .get, path: "/metrics", summary: "Export metrics for Prometheus.",
      answer: .text(mediaType: "text/plain")
    ) { call in
      let service = call.service
      let snapshot = try Snapshot(
        service.records.history(), documents: service.records.documents(), running: try service.running(),
        now: service.now(), isEnabled: service.isEnabled)
      return Response(text: snapshot.text, type: Exposition.mediaType)
    }
  ]
}
