public import Ctx7Model

/// How a service is doing.
public struct ServiceHealth: Hashable, Sendable {
  /// From well to not at all.
  public enum Status: Hashable, Sendable {
    case healthy
    /// It answers, and not everything is as it should be.
    case degraded
    case unhealthy
  }

  /// What asking it came to.
  public var status: Status
  /// A few words for people.
  public var details: String

  init(_ status: Status, _ details: String) {
    self.status = status
    self.details = details
  }
}

extension DocumentServices {
  /// Asks Weaviate whether it is ready, who we are to it, and for the collection, which it does not make: that is for
  /// the refresh, and is nothing to complain of before anything is stored.
  public func weaviateHealth() async -> ServiceHealth {
    await asking { client in
      let weaviate = WeaviateClient(client, settings.weaviate, key: secrets.weaviate)
      // Only this very path is answered without a key.
      let ready = try await weaviate.answer("GET", "/.well-known/ready")
      guard ready.status == 200 else {
        return ServiceHealth(.unhealthy, "not ready (HTTP \(ready.status))")
      }
      let meta = try JSONValue(parsing: await weaviate.call("GET", "/meta").text)
      let version = meta["version"]?.string ?? "of an unknown version"
      guard let collection = try await WeaviateCollection.existing(settings.weaviate, weaviate) else {
        return ServiceHealth(
          try rows.holdsContent(in: .weaviate) ? .degraded : .healthy,
          "Weaviate \(version), without collection \(settings.weaviate.collection): the next refresh makes it"
        )
      }
      let store = try await WeaviateStore(weaviate, collection, settings.weaviate, rows: rows)
      let remarks = store.remarks
      let native = store.nativeTTL.map { ["it deletes by \($0) itself"] } ?? []
      return ServiceHealth(
        remarks.isEmpty ? .healthy : .degraded,
        (["Weaviate \(version), \(try await store.workspaces().count.counted("workspace"))"] + native
          + remarks)
          .joined(separator: "; "))
    }
  }

  /// Asks Context7 the cheapest question there is; nothing at all where no library is tracked.
  public func context7Health() async -> ServiceHealth {
    do {
      guard try rows.tracksLibraries() else { return ServiceHealth(.healthy, "no library is tracked") }
    } catch {
      return ServiceHealth(.unhealthy, String(describing: error))
    }
    return await asking { client in
      var request = WebRequest(
        "GET", "\(settings.context7.apiURL)/v2/libs/search?libraryName=next.js&query=health&fast=true")
      request.timeout = .seconds(settings.fetch.timeoutSeconds)
      if let key = secrets.context7 { request.headers = [("Authorization", "Bearer \(key)")] }
      let response = try await client.send(request)
      switch response.status {
      // Whoever else answers on the way there, a login page of the network say, is not Context7.
      case 200 where (try? JSONValue(parsing: response.text))?["results"] == nil:
        return ServiceHealth(.unhealthy, "an answer that is not Context7's")
      case 200, 404:
        return ServiceHealth(.healthy, secrets.context7 == nil ? "reachable, without a key" : "reachable")
      case 401: return ServiceHealth(.unhealthy, "the API key is refused")
      case 402: return ServiceHealth(.degraded, "the spending limit of this month is reached")
      case 429: return ServiceHealth(.degraded, "asked to call less often")
      default: return ServiceHealth(.unhealthy, "HTTP \(response.status)")
      }
    }
  }

  /// Asks the server of a model whether it has it.
  public func modelHealth(_ model: ModelSettings) async -> ServiceHealth {
    await asking { client in
      let server = ModelServer(client, model, key: key(model))
      let names: [String]
      do {
        names = try await server.models()
      } catch let error as ModelError where [.rateLimit, .quota, .service].contains(error.errorClass) {
        return ServiceHealth(.degraded, error.description)
      }
      let isThere = names.contains(model.model) || names.contains("\(model.model):latest")
      return isThere
        ? ServiceHealth(.healthy, "model '\(model.model)' is there")
        : ServiceHealth(.degraded, "reachable, but has no model '\(model.model)'")
    }
  }

  private func asking(_ ask: (WebClient) async throws -> ServiceHealth) async -> ServiceHealth {
    var options = WebClient.Options(settings.fetch, delaySeconds: 0, deadline: nil, environment: environment)
    // How it is now is the question.
    options.retries = 0
    do {
      return try await WebClient.with(options, ask)
    } catch {
      return ServiceHealth(.unhealthy, String(describing: error))
    }
  }
}

extension ModelServer {
  private struct Tags: Decodable {
    struct Model: Decodable { var name: String }
    var models: [Model]
  }
  private struct List: Decodable {
    struct Model: Decodable { var id: String }
    var data: [Model]
  }

  /// The models that the server has; asking costs it nothing.
  func models() async throws -> [String] {
    switch provider {
    case .ollama: try await get("/api/tags", Tags.self).models.map(\.name)
    case .openai, .none: try await get("/v1/models", List.self).data.map(\.id)
    }
  }
}
