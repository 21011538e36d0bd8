import Ctx7Systemd
import Glibc

/// Sockets as systemd would hand them over.
enum ListeningSocket {
  struct Failed: Error {
    let code: CInt
  }

  static func file(in directory: String) throws -> (ActivatedSocket, path: String) {
    let path = directory + "/api.sock"
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    return (ActivatedSocket(descriptor: try listening(&address, AF_UNIX), reach: .file), path)
  }

  static func loopback() throws -> (ActivatedSocket, port: Int) {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let descriptor = try listening(&address, AF_INET)
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let result = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
    }
    guard result == 0 else { throw Failed(code: errno) }
    return (
      ActivatedSocket(descriptor: descriptor, reach: .loopback), Int(UInt16(bigEndian: address.sin_port))
    )
  }

  private static func listening<Address>(_ address: inout Address, _ family: CInt) throws -> CInt {
    let descriptor = socket(family, CInt(SOCK_STREAM.rawValue), 0)
    let length = socklen_t(MemoryLayout<Address>.size)
    let result = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, length) }
    }
    guard descriptor >= 0, result == 0, listen(descriptor, 4096) == 0 else { throw Failed(code: errno) }
    return descriptor
  }
}
