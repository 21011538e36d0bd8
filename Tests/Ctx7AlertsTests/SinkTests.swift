import Crypto
import Ctx7Alerts
import Ctx7Executor
import Ctx7Model
import Foundation
import TestSupport
import Testing

@Suite struct SinkTests {
  private let alert: Alert

  init() throws {
    alert = Alert(
      .failure, .critical, jobID: try #require(JobID(rawValue: "nightly")), executionID: "nightly_1",
      message: "nightly failed: \"refused\"\n", details: ["retry_count": 3],
      timestamp: Timestamp(seconds: 1_790_000_000), id: 7)
  }

  private func webhook(
    _ settings: WebhookSettings, timeout: Int = 10, environment: [String: String] = [:],
    folder: String = "/etc/ctx7/credentials", waitsForCredentials: Bool = false
  ) -> AlertSink {
    AlertSink(
      AlertSinkSettings(name: "ops", transport: .webhook(settings), timeoutSeconds: timeout),
      credentials: Credentials(environment: environment, folder: folder),
      waitsForCredentials: waitsForCredentials)
  }

  @Test func `a webhook gets the alert's JSON, its number and the host, signed with the key`() async throws {
    try await LoopbackServer.with({ $0.method == "POST" ? .init(204) : nil }) { server in
      let sink = webhook(
        WebhookSettings(url: server.address + "/hook", secretCredential: "hook-key"),
        environment: ["CTX7_CREDENTIAL_HOOK_KEY": "secret\n"])
      try await sink.send(alert, 10)
      let request = try #require(server.requests.first)
      #expect(request.path == "/hook")
      #expect(request.headers["content-type"] == "application/json")
      let json = try JSONValue(parsing: String(decoding: request.body, as: UTF8.self))
      #expect(json["type"] == "job_failure")
      #expect(json["severity"] == "critical")
      #expect(json["alert_id"] == 7)
      #expect(json["host"]?.string == ProcessInfo.processInfo.hostName)
      #expect(json["message"]?.string == alert.message)
      #expect(json["details"]?["retry_count"] == 3)
      let signature = try #require(request.headers["x-ctx7-signature"])
      let code = HMAC<SHA256>.authenticationCode(
        for: request.body, using: SymmetricKey(data: Data("secret".utf8)))
      #expect(signature == "sha256=" + code.map { String(format: "%02x", $0) }.joined())
    }
  }

  @Test func `a webhook is not asked again when the time-out would pass over that`() async throws {
    try await LoopbackServer.with({ _ in .init(500) }) { server in
      let sink = webhook(WebhookSettings(url: server.address), timeout: 2)
      await #expect(throws: (any Error).self) { try await sink.send(alert, 2) }
      #expect(server.requests.count < 3)
    }
  }

  @Test func `secrets that are kept are there when their files can no longer be read`() async throws {
    try await withTemporaryDirectory { folder in
      let settings = AlertSinkSettings(
        name: "ops", transport: .webhook(WebhookSettings(urlCredential: "hook-url")), timeoutSeconds: 1)
      try write("http://ops\n", to: folder + "/hook-url")
      let credentials = Credentials(environment: [:], folder: folder)
      let kept = credentials.keeping(secretsOf: [settings])
      try FileManager.default.removeItem(atPath: folder + "/hook-url")
      #expect(try kept.secret("hook-url") == "http://ops")
      #expect(throws: MissingCredential.self) { try credentials.secret("hook-url") }
    }
  }

  @Test func `the address may be a credential, and then stands in no message`() async throws {
    try await LoopbackServer.with({ _ in .init(500) }) { server in
      try await withTemporaryDirectory { directory in
        try write(server.address + "/token-abc\n", to: directory + "/hook-url")
        let sink = webhook(
          WebhookSettings(urlCredential: "hook-url"), environment: ["CREDENTIALS_DIRECTORY": directory])
        let error = await #expect(throws: (any Error).self) { try await sink.send(alert, 10) }
        #expect(String(describing: error).contains("HTTP 500"))
        #expect(!String(describing: error).contains("token-abc"))
      }
    }
  }

  @Test func `a credential that names a port that there is not does not end the process`() async throws {
    try await withTemporaryDirectory { directory in
      try write("http://127.0.0.1:65536/token-abc\n", to: directory + "/hook-url")
      let sink = webhook(
        WebhookSettings(urlCredential: "hook-url"), environment: ["CREDENTIALS_DIRECTORY": directory])
      let error = await #expect(throws: (any Error).self) { try await sink.send(alert, 10) }
      #expect("\(error as Any)".contains("its address names a port that there is not"))
    }
  }

  @Test func `a credential that is missing is named with the place where it belongs`() async throws {
    let sink = webhook(WebhookSettings(urlCredential: "hook-url"))
    let error = await #expect(throws: MissingCredential.self) { try await sink.send(alert, 10) }
    #expect(String(describing: error).contains("/etc/ctx7/credentials/hook-url"))
    #expect(String(describing: error).contains("CTX7_CREDENTIAL_HOOK_URL"))
  }

  @Test func `an empty file is no credential, and signs nothing`() async throws {
    try await withTemporaryDirectory { folder in
      try write(" \n", to: folder + "/hook-key")
      for environment in [[:], ["CREDENTIALS_DIRECTORY": folder], ["CTX7_CREDENTIAL_HOOK_KEY": " "]] {
        let credentials = Credentials(environment: environment, folder: folder)
        #expect(throws: MissingCredential.self) { try credentials.secret("hook-key") }
      }
    }
  }

  @Test func `by hand the operator's own file is read, as for the keys of services`() async throws {
    try await withTemporaryDirectory { folder in
      try await LoopbackServer.with({ $0.path == "/hook" ? .init(204) : nil }) { server in
        try (server.address + "/hook\n").write(
          toFile: folder + "/hook-url", atomically: true, encoding: .utf8)
        try await webhook(WebhookSettings(urlCredential: "hook-url"), folder: folder).send(alert, 10)
        #expect(server.requests.count == 1)
      }
    }
  }

  @Test func `only who waits for credentials takes a missing one as an obstacle`() {
    let settings = WebhookSettings(url: "http://127.0.0.1:9/", secretCredential: "hook-key")
    #expect(webhook(settings).obstacle() == nil)
    #expect(webhook(settings, waitsForCredentials: true).obstacle()?.contains("hook-key") == true)
    let environment = ["CTX7_CREDENTIAL_HOOK_KEY": "secret"]
    #expect(webhook(settings, environment: environment, waitsForCredentials: true).obstacle() == nil)
  }

  @Test func `a redirect is not followed`() async throws {
    try await LoopbackServer.with({
      $0.path == "/hook" ? .init(301, headers: ["Location": "/elsewhere"]) : nil
    }) { server in
      let error = await #expect(throws: (any Error).self) {
        try await webhook(WebhookSettings(url: server.address + "/hook")).send(alert, 10)
      }
      #expect(String(describing: error).contains("HTTP 301"))
      #expect(server.requests.count == 1)
    }
  }

  @Test func `a webhook that hangs is left after its time`() async throws {
    try await LoopbackServer.with({ _ in .init(200, delay: .seconds(30)) }) { server in
      let error = await #expect(throws: (any Error).self) {
        try await webhook(WebhookSettings(url: server.address), timeout: 1).send(alert, 1)
      }
      #expect(String(describing: error).contains("no answer within 1 s"))
      #expect(server.requests.count == 1)
    }
  }

  @Test func `a webhook that refuses connections is an error`() async throws {
    await #expect(throws: (any Error).self) {
      // Port 9, discard: nothing listens there.
      try await webhook(WebhookSettings(url: "http://127.0.0.1:9/"), timeout: 2).send(alert, 2)
    }
  }

  private func command(_ argv: [String], timeout: Int = 10) -> AlertSink {
    AlertSink(
      AlertSinkSettings(name: "pager", transport: .command(argv: argv), timeoutSeconds: timeout),
      credentials: Credentials(environment: [:], folder: "/etc/ctx7/credentials"))
  }

  @Test func `a command reads the alert from its standard input, no shell between`() async throws {
    try await withTemporaryDirectory { directory in
      let file = directory + "/$(id) alert"
      try await command(["/usr/bin/tee", file]).send(alert, 10)
      let json = try JSONValue(parsing: String(contentsOfFile: file, encoding: .utf8))
      #expect(json["message"]?.string == alert.message)
      #expect(json["host"]?.string == ProcessInfo.processInfo.hostName)
    }
  }

  @Test(arguments: [
    (["/bin/sh", "-c", "echo no >&2; exit 3"], "exit status 3: no"),
    (["/bin/sh", "-c", "kill -9 $$"], "signal 9"),
    (["/nonexistent"], "cannot be started"), (["/bin/sleep", "60"], "did not end within 1 s"),
  ])
  func `a command that does not exit with 0 has not taken the alert`(argv: [String], words: String)
    async throws
  {
    let error = await #expect(throws: (any Error).self) { try await command(argv, timeout: 1).send(alert, 1) }
    #expect(String(describing: error).contains(words))
  }
}
