internal import CSystemd
internal import Glibc

/// A listening socket that systemd has opened for this process (sd_listen_fds(3)).
public struct ActivatedSocket: Hashable, Sendable {
  /// Who can reach it.
  public enum Reach: Hashable, Sendable {
    /// Whoever may open the socket's file.
    case file
    /// Every process of this host.
    case loopback
    /// Others as well.
    case network
  }

  /// The file descriptor.
  public let descriptor: CInt
  /// Who can reach it.
  public let reach: Reach

  /// Names a listening socket; for tests and for servers that are not started by systemd.
  public init(descriptor: CInt, reach: Reach) {
    self.descriptor = descriptor
    self.reach = reach
  }

  /// The sockets that this process was started with, empty outside systemd.
  public static func all() -> [ActivatedSocket] {
    let count = max(0, sd_listen_fds(0))
    return (0..<count).compactMap { index in
      let descriptor = CInt(SD_LISTEN_FDS_START) + index
      guard sd_is_socket(descriptor, 0, CInt(SOCK_STREAM.rawValue), 1) > 0 else { return nil }
      return ActivatedSocket(descriptor: descriptor, reach: reach(of: descriptor))
    }
  }

  private static func reach(of descriptor: CInt) -> Reach {
    if sd_is_socket(descriptor, AF_UNIX, CInt(SOCK_STREAM.rawValue), 1) > 0 { return .file }
    var address = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    let isKnown = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) == 0 }
    }
    return isKnown && isLoopback(address) ? .loopback : .network
  }

  private static func isLoopback(_ address: sockaddr_storage) -> Bool {
    withUnsafeBytes(of: address) { bytes in
      switch CInt(bytes.load(as: sockaddr.self).sa_family) {
      case AF_INET:
        // 127.0.0.0/8, the first byte in network order (RFC 1122 §3.2.1.3).
        return bytes.load(as: sockaddr_in.self).sin_addr.s_addr & 0xFF == 127
      case AF_INET6:
        var address = bytes.load(as: sockaddr_in6.self).sin6_addr
        var loopback = in6addr_loopback
        return memcmp(&address, &loopback, MemoryLayout<in6_addr>.size) == 0
      default: return false
      }
    }
  }
}
