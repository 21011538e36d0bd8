internal import AsyncHTTPClient
internal import Foundation
internal import NIOCore
internal import NIOHTTPCompression
internal import Synchronization

/// The clients beneath: one for direct connections, one for each proxy.
final class ConnectionPool: Sendable {
  private let connectTimeout: Duration
  private let proxies: ProxySettings
  private let clients = Mutex<[ProxySettings.Proxy?: HTTPClient]>([:])

  init(connectTimeout: Duration, proxies: ProxySettings) {
    self.connectTimeout = connectTimeout
    self.proxies = proxies
  }

  func client(for url: String) -> HTTPClient {
    let proxy = proxies.proxy(for: url)
    return clients.withLock { clients in
      if let client = clients[proxy] { return client }
      let client = HTTPClient(configuration: configuration(proxy))
      clients[proxy] = client
      return client
    }
  }

  func shutdown() async throws {
    let all = clients.withLock { clients in
      defer { clients = [:] }
      return Array(clients.values)
    }
    for client in all { try await client.shutdown() }
  }

  private func configuration(_ proxy: ProxySettings.Proxy?) -> HTTPClient.Configuration {
    var configuration = HTTPClient.Configuration()
    configuration.redirectConfiguration = .disallow
    // Reading has no limit of its own: the request's covers it.
    configuration.timeout = .init(connect: TimeAmount(connectTimeout))
    configuration.decompression = .enabled(limit: .size(maximumDocumentSize))
    // A server that has closed an idle connection is not a server that is down.
    configuration.connectionPool = .init(idleTimeout: .seconds(30))
    // How many requests there are at once is the caller's to say; of ten, the default of 8 makes two wait.
    configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 64
    // Whether it is worth while to try again is for the request to say.
    configuration.connectionPool.retryConnectionEstablishment = false
    if let proxy {
      configuration.proxy = .server(
        host: proxy.host, port: proxy.port,
        authorization: proxy.user.map { .basic(username: $0, password: proxy.password ?? "") })
    }
    return configuration
  }
}
