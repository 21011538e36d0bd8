import Ctx7API
import Ctx7Model
import Foundation
import InMemoryLogging
import TestSupport
import Testing

/// Who gets in, and to what.
struct AccessTests {
  private let ping = "/api/v1/background-jobs/ping"
  private let restart = "/api/v1/background-jobs/service/restart"

  private func bearer(_ token: String) -> [String: String] { ["Authorization": "Bearer \(token)"] }

  @Test func `over TCP a token is needed, also for paths that do not exist`() async throws {
    try await Bench.with { bench in
      for path in [ping, "/", "/metrics", "/openapi.json", "/nothing"] {
        let answer = try await bench.remote.get(path)
        #expect(answer.status == 401)
        #expect(answer.headers["www-authenticate"]?.contains("Bearer") == true)
      }
      let unknown = try await bench.remote.get(ping, headers: bearer("0123456789012345678901234567890x"))
      #expect(unknown.status == 401)
      #expect(unknown.body.contains("hint: /etc/ctx7/credentials/api-tokens has those that are"))
      #expect(try await bench.remote.get(ping, headers: bearer(Bench.readToken)).status == 200)
    }
  }

  @Test func `a browser gives the token as the password`() async throws {
    try await Bench.with { bench in
      let credentials = Data("anybody:\(Bench.readToken)".utf8).base64EncodedString()
      let known = try await bench.remote.get("/", headers: ["Authorization": "Basic \(credentials)"])
      #expect(known.status == 200)
      let broken = try await bench.remote.get("/", headers: ["Authorization": "Basic %%%"])
      #expect(broken.status == 401)
    }
  }

  @Test func `a token that may read may not operate`() async throws {
    try await Bench.with { bench in
      let refused = try await bench.remote.request("POST", restart, headers: bearer(Bench.readToken))
      #expect(refused.status == 403)
      #expect(refused.body.contains("hint: a token with 'operate' may"))
      #expect(
        try await bench.remote.request("POST", restart, headers: bearer(Bench.operateToken)).status == 200)
    }
  }

  @Test func `the log names the caller and never the token`() async throws {
    try await Bench.with { bench in
      _ = try await bench.remote.get(ping + "?token=\(Bench.readToken)", headers: bearer(Bench.operateToken))
      _ = try await bench.remote.get(ping, headers: bearer("this-is-a-wrong-token-but-a-secret"))
      _ = try await bench.local.get(ping)
      let lines = bench.log.entries.map { "\($0.message) \($0.metadata)" }.joined(separator: "\n")
      #expect(lines.contains("token=operator"))
      #expect(lines.contains("uid=\(getuid())"))
      #expect(!lines.contains(Bench.readToken))
      #expect(!lines.contains(Bench.operateToken))
      #expect(!lines.contains("wrong-token"))
    }
  }

  @Test(arguments: [
    ("read", "line 1 is not"), ("admin 0123456789012345678901234567890x", "line 1 is not"),
    ("# note\nread short", "line 2: a token has at least 32 characters"),
    ("read 0123456789012345678901234567890x a b", "line 1 is not"),
  ])
  func `a credential file with a mistake says where, without the token`(text: String, message: String) throws
  {
    let error = #expect(throws: BearerTokens.Invalid.self) { () throws(BearerTokens.Invalid) in
      try BearerTokens(parsing: text)
    }
    #expect(error?.description.contains(message) == true)
    #expect(error?.description.contains("0123456789") == false)
  }

  @Test func `security headers come with every answer`() async throws {
    try await Bench.with { bench in
      for path in [ping, "/", "/nothing"] {
        let headers = try await bench.local.get(path).headers
        #expect(headers["x-content-type-options"] == "nosniff")
        #expect(headers["x-frame-options"] == "DENY")
        #expect(headers["cache-control"] == "no-store")
        #expect(headers["content-security-policy"]?.contains("default-src 'none'") == true)
        #expect(headers["date"] == "Mon, 21 Sep 2026 14:13:20 GMT")
      }
    }
  }
}
