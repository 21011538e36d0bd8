import Ctx7Model
import Foundation
import TestSupport
import Testing

/// Alerts on their way to a webhook, and the key to it on its way to the units.
@Suite struct AlertDeliveryTests {
  private func failing(_ sink: String) -> String {
    """
    alerts: {sinks: [{name: ops, type: webhook, \(sink)}]}
    jobs:
      - job_id: failing
        job_type: command
        schedule: {hours: 1}
        parameters: {argv: [/bin/sh, -c, "exit 3"]}
    """
  }

  enum Refusal: String, CaseIterable {
    case hangs = "no answer within 1 s"
    case refuses = "the request failed"
    case fails = "HTTP 500"
    case redirects = "HTTP 301, and alerts follow no redirect"
  }

  @Test(arguments: Refusal.allCases)
  func `a webhook that takes no alert leaves the job alone, and is tried again`(refusal: Refusal) async throws
  {
    let handler: @Sendable (LoopbackServer.Request) -> LoopbackServer.Response? = { _ in
      switch refusal {
      case .hangs: .init(200, delay: .seconds(60))
      case .redirects: .init(301, headers: ["Location": "/elsewhere"])
      case .fails, .refuses: .init(500)
      }
    }
    try await LoopbackServer.with(handler) { server in
      // Port 9, discard: nothing listens there.
      let address = refusal == .refuses ? "http://127.0.0.1:9" : server.address
      try await Workbench.with(failing("url: '\(address)/hook', timeout_seconds: 1")) { bench in
        let ended = try await bench.run("ctx7-job-exec", "--job", "failing")
        #expect(ended.status == 70)
        #expect(ended.error.contains("/bin/sh ended with exit status 3"))
        #expect(try await bench.history().map { $0["status"] } == ["failed"])

        let listed = try await bench.run("ctx7ctl", "alerts", "list", "--json")
        #expect(try await bench.run("ctx7ctl", "alerts", "list").output.hasPrefix("ID  TIME"))
        let alerts = try #require(try JSONValue(parsing: listed.output).array)
        #expect(alerts.map { $0["type"] } == ["job_failure"])
        let delivery = try #require(alerts.first?["deliveries"]?.array?.first)
        #expect(delivery["state"] == "pending")
        #expect(delivery["attempts"] == 1)
        #expect(delivery["last_error"]?.string?.hasPrefix(refusal.rawValue) == true, "\(delivery)")
        #expect(delivery["next_attempt_at"]?.string != nil)
      }
    }
  }

  @Test func `the secrets of a webhook reach every unit by their files, those that there are`() async throws {
    let sink = "url_credential: hook-url, secret_credential: hook-key"
    try await Workbench.with(failing(sink)) { bench in
      let secrets = bench.directory + "/credentials"
      try write("https://hooks.example/T0/secret\n", to: secrets + "/hook-url")
      try write("nobody names this one", to: secrets + "/stranger")
      let units = bench.directory + "/units"
      func loaded() async throws -> [String] {
        let ended = try await bench.run("ctx7-units", "generate", "--output", units)
        try #require(ended.status == 0, "\(ended.error)")
        let unit = try String(contentsOfFile: units + "/ctx7-job-failing.service", encoding: .utf8)
        #expect(!unit.contains("hooks.example"))
        return unit.split(separator: "\n").filter { $0.hasPrefix("LoadCredential") }.map(String.init)
      }
      #expect(try await loaded() == ["LoadCredential=hook-url:\(secrets)/hook-url"])
      try write("key", to: secrets + "/hook-key")
      #expect(
        try await loaded() == [
          "LoadCredential=hook-key:\(secrets)/hook-key", "LoadCredential=hook-url:\(secrets)/hook-url",
        ])
    }
  }
}
