internal import AsyncHTTPClient
internal import Glibc
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix

extension WebFailure {
  /// What went wrong with a connection, without the libraries' account of how they came to know it.
  ///
  /// - Parameter proxy: that the connection went to.
  static func words(for error: any Error, proxy: ProxySettings.Proxy?) -> String {
    switch error {
    case let error as NIOConnectionError:
      guard let attempt = error.connectionErrors.first else { return "\(error.host): the host is not known" }
      return "\(error.host):\(error.port): \(words(for: attempt.error, proxy: nil))"
    case let error as IOError:
      // An address that is not looked up comes without its name; the document's own is in the message already.
      return (proxy.map { "the proxy \($0.host):\($0.port): " } ?? "") + words(for: error)
    case is ChannelError: return broken
    case let error as HTTPClientError where error == .remoteConnectionClosed: return broken
    case let error as HTTPClientError where error == .proxyAuthenticationRequired:
      return "the proxy wants another name and password: http://USER:PASSWORD@HOST:PORT"
    case is HTTPParserError: return "the answer is not HTTP (\(error))"
    default:
      let words = String(describing: error)
      guard words.contains("CERTIFICATE_VERIFY_FAILED") else { return words }
      return "its certificate is not trusted; install its authority on this host (update-ca-certificates)"
    }
  }

  private static let broken = "the connection was closed before the answer was complete"

  /// The system's own word, as part of a sentence.
  private static func words(for error: IOError) -> String {
    let words = String(cString: strerror(error.errnoCode))
    return words.prefix(1).lowercased() + words.dropFirst()
  }
}
