import Ctx7Model
import Foundation
import TestSupport
import Testing

/// A Weaviate behind TLS: nothing is said to whoever cannot show a certificate that this host trusts.
@Suite struct TLSTests {
  private func with(_ body: (Workbench, ServerCertificate, LoopbackServer) async throws -> Void) async throws
  {
    let weaviate = FakeWeaviate()
    weaviate.options.key = "secret"
    try await withTemporaryDirectory { directory in
      let certificate = try await ServerCertificate(in: directory)
      try await LoopbackServer.with(certificate: certificate, { weaviate.answer($0) }) { server in
        try await Workbench.with("document_store: weaviate\nweaviate: {url: \"\(server.address)\"}\n") {
          bench in
          try write("secret\n", to: bench.directory + "/credentials/weaviate-api-key")
          try await body(bench, certificate, server)
        }
      }
    }
  }

  private func finding(_ ended: Program.Ended) throws -> JSONValue? {
    try JSONValue(parsing: ended.output)["execution"]?["result"]?["health_checks"]?["weaviate"]
  }

  @Test func `a server whose certificate is not trusted is told nothing, and the remedy is named`()
    async throws
  {
    try await with { bench, _, server in
      let ended = try await bench.run("ctx7-job-exec", "--job", "health-check", "--json")
      let weaviate = try finding(ended)
      #expect(weaviate?["status"]?.string == "unhealthy")
      #expect(weaviate?["details"]?.string?.contains("certificate is not trusted") == true)
      #expect(weaviate?["details"]?.string?.contains("update-ca-certificates") == true)
      #expect(server.requests.isEmpty)
    }
  }

  @Test(.enabled(if: geteuid() == 0, "needs root, to trust a certificate in a mount namespace of its own"))
  func `a server whose certificate is trusted is asked with the key`() async throws {
    try await with { bench, certificate, server in
      let ended = try await Program.run(
        "unshare",
        [
          "--mount", "--propagation", "private", "bash", "-c",
          "mount --bind \"$0\" /etc/ssl/certs/ca-certificates.crt && exec \"$1\" --job health-check --json",
          certificate.path, Program.directory + "/ctx7-job-exec",
        ], environment: bench.environment)
      let details = try finding(ended)?["details"]?.string
      #expect(details?.hasPrefix("Weaviate 1.39.0, without collection") == true)
      #expect(server.requests.contains { $0.headers["authorization"] == "Bearer secret" })
    }
  }
}
