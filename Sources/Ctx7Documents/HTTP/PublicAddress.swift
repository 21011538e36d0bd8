internal import Glibc
internal import NIOCore
internal import NIOPosix

/// Whether a host is out there on the internet rather than here or in the network around.
enum PublicAddress {
  /// Looks a host up and refuses it when any of its addresses is not public.
  ///
  /// The connection looks it up again: who controls the name can still answer differently then, which a proxy
  /// or the firewall has to stop.
  ///
  /// - Parameters:
  ///   - host: in lower case, without brackets and port.
  ///   - looksUp: false where only the name itself is judged.
  static func check(_ host: String, looksUp: Bool) async throws {
    if isPrivate(literally: host) { throw WebFailure.privateHost(host) }
    guard looksUp else { return }
    let addresses = try await NIOThreadPool.singleton.runIfActive { try resolve(host) }
    if let address = addresses.first(where: { !isPublic($0) }) {
      throw WebFailure.privateHost("\(host) (\(text(address)))")
    }
  }

  /// Whether a host is private by its name alone: an address that is not public, or this machine. Nobody is asked.
  ///
  /// - Parameter host: in lower case, without brackets and port.
  static func isPrivate(literally host: String) -> Bool {
    // A dot at the end says that the name is complete, which is all the same here.
    let name = host.hasSuffix(".") ? String(host.dropLast()) : host
    if name == "localhost" || name.hasSuffix(".localhost") { return true }
    var four = in_addr()
    // 0x7f.1 and 2130706433 are addresses too, to whoever connects.
    if inet_aton(name, &four) != 0 { return !isPublic(withUnsafeBytes(of: four) { Array($0) }) }
    var six = in6_addr()
    if inet_pton(AF_INET6, name, &six) == 1 { return !isPublic(withUnsafeBytes(of: six) { Array($0) }) }
    return false
  }

  private static func resolve(_ name: String) throws(WebFailure) -> [[UInt8]] {
    var hints = addrinfo()
    hints.ai_socktype = CInt(SOCK_STREAM.rawValue)
    var list: UnsafeMutablePointer<addrinfo>?
    let code = getaddrinfo(name, nil, &hints, &list)
    guard code == 0 else { throw .unreachable("\(name): \(String(cString: gai_strerror(code)))") }
    defer { freeaddrinfo(list) }
    var addresses: [[UInt8]] = []
    var next = list
    while let entry = next {
      switch entry.pointee.ai_family {
      case AF_INET:
        entry.pointee.ai_addr.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
          addresses.append(withUnsafeBytes(of: $0.pointee.sin_addr) { Array($0) })
        }
      case AF_INET6:
        entry.pointee.ai_addr.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) {
          addresses.append(withUnsafeBytes(of: $0.pointee.sin6_addr) { Array($0) })
        }
      default: break
      }
      next = entry.pointee.ai_next
    }
    return addresses
  }

  /// Whether an address of 4 or 16 bytes is global unicast (the registries of RFC 6890).
  static func isPublic(_ address: [UInt8]) -> Bool {
    if address.count == 4 {
      switch (address[0], address[1]) {
      case (0, _), (10, _), (127, _), (169, 254), (172, 16...31), (192, 168), (100, 64...127), (198, 18...19),
        (224..., _):
        return false
      case (192, 0): return address[2] != 0 && address[2] != 2
      default: return true
      }
    }
    let isMapped = address[..<10].allSatisfy { $0 == 0 } && address[10] == 0xFF && address[11] == 0xFF
    if isMapped { return isPublic(Array(address[12...])) }
    // NAT64 carries an IPv4 address in its last four bytes (RFC 6052), 6to4 behind its prefix (RFC 3056).
    if address[..<12].elementsEqual([0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0]) {
      return isPublic(Array(address[12...]))
    }
    if address[..<2].elementsEqual([0x20, 0x02]) { return isPublic(Array(address[2..<6])) }
    // Teredo (RFC 4380) leads to a host behind somebody's NAT: no server of documents.
    if address[..<4].elementsEqual([0x20, 0x01, 0, 0]) { return false }
    // 2000::/3 is all that is assigned for global use; fc00::/7, fe80::/10, ::1 and multicast are outside of it.
    return address[0] & 0xE0 == 0x20
  }

  private static func text(_ address: [UInt8]) -> String {
    if address.count == 4 { return address.map(String.init).joined(separator: ".") }
    return stride(from: 0, to: 16, by: 2).map {
      String(UInt16(address[$0]) << 8 | UInt16(address[$0 + 1]), radix: 16)
    }.joined(separator: ":")
  }
}
