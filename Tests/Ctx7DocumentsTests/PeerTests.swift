import Ctx7Documents
import Ctx7Model
import Foundation
import Testing

/// The embedder and a server that others have written: `make test-peer`.
@Suite(
  .enabled(if: ProcessInfo.processInfo.environment["PEER"] != nil, "needs a server: make test-peer"))
struct PeerTests {
  private func with(_ body: (Embedder) async throws -> Void) async throws {
    var settings = ModelSettings(timeoutSeconds: 60)
    settings.provider = .openai
    settings.model = "tiny"
    settings.endpoint = ProcessInfo.processInfo.environment["PEER"]
    settings.batchSize = 2
    try await WebClient.with(WebClient.Options()) { client in
      try await body(#require(Embedder(client, settings, key: nil)))
    }
  }

  @Test func `a server that does not normalise gives vectors of length one all the same`() async throws {
    try await with { embedder in
      let vectors = try await embedder.vectors(for: ["one text", "another text", "a third one"])
      #expect(vectors.count == 3)
      #expect(Set(vectors.map(\.count)).count == 1)
      for vector in vectors { #expect(abs(vector.reduce(0) { $0 + $1 * $1 } - 1) < 1e-4) }
    }
  }

  @Test func `the same text has the same vector, whatever stands beside it`() async throws {
    try await with { embedder in
      let alone = try await embedder.vectors(for: ["one text"])
      let together = try await embedder.vectors(for: ["one text", "another text"])
      #expect(zip(alone[0], together[0]).allSatisfy { abs($0 - $1) < 1e-3 })
    }
  }

  @Test func `the models are listed`() async throws {
    var services = ServiceSettings()
    services.embedding.provider = .openai
    services.embedding.model = "no-such-model"
    services.embedding.endpoint = ProcessInfo.processInfo.environment["PEER"]
    try await withStore { rows in
      let health = await DocumentServices(rows: rows, settings: services).modelHealth(services.embedding)
      #expect(health.status == .degraded)
    }
  }
}
