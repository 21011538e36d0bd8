internal import Ctx7Model
internal import Foundation

/// The proxies that the environment names: `http_proxy`, `https_proxy`, `no_proxy`, and their capital forms.
///
/// A proxy is asked for a tunnel (CONNECT, RFC 9110, section 9.3.6), for plain http too.
public struct ProxySettings: Hashable, Sendable {
  struct Proxy: Hashable, Sendable {
    var host: String
    var port: Int
    /// nil for a proxy that asks for no name.
    var user: String?
    var password: String?
  }

  private var http: Proxy?
  private var https: Proxy?
  private var exceptions: [String] = []

  /// No proxy at all.
  public init() {}

  /// Reads the variables. `HTTP_PROXY` is not read: in a CGI program it is a client's header
  /// (https://httpoxy.org).
  public init(environment: [String: String]) {
    http = environment["http_proxy"].flatMap(Self.proxy)
    https = (environment["https_proxy"] ?? environment["HTTPS_PROXY"]).flatMap(Self.proxy)
    exceptions = (environment["no_proxy"] ?? environment["NO_PROXY"] ?? "").lowercased().split(separator: ",")
      .map { String($0).trimmed }.filter { !$0.isEmpty }
  }

  func covers(_ url: String) -> Bool { proxy(for: url) != nil }

  func proxy(for url: String) -> Proxy? {
    guard let parts = URL(string: url), let host = parts.host?.lowercased() else { return nil }
    let isExcepted = exceptions.contains { exception in
      let domain = exception.hasPrefix(".") ? String(exception.dropFirst()) : exception
      return exception == "*" || host == domain || host.hasSuffix("." + domain)
    }
    guard !isExcepted else { return nil }
    return parts.scheme == "https" ? https : http
  }

  private static func proxy(_ text: String) -> Proxy? {
    let url = text.contains("://") ? text : "http://" + text
    guard let parts = URL(string: url), let host = parts.host,
      case let port = parts.port ?? 3128, PortNumber.all.contains(port)
    else { return nil }
    return Proxy(
      host: host, port: port, user: parts.user(percentEncoded: false),
      password: parts.password(percentEncoded: false))
  }
}
