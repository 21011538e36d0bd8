internal import Glibc

/// The process at the other end of a Unix socket, as the kernel vouches for it (unix(7), SO_PEERCRED).
public struct PeerCredentials: Hashable, Sendable, CustomStringConvertible {
  /// Its process id at the time it connected.
  public let process: Int32
  /// Its effective user.
  public let user: UInt32
  /// Its effective group.
  public let group: UInt32
  /// Its supplementary groups (SO_PEERGROUPS).
  public let supplementaryGroups: [UInt32]

  /// Asks the kernel who connected; nil when the socket is none of a Unix kind.
  public init?(of descriptor: CInt) {
    // `struct ucred` is declared only with _GNU_SOURCE: pid, uid and gid, four bytes each.
    var credentials: (Int32, UInt32, UInt32) = (0, 0, 0)
    var length = socklen_t(MemoryLayout.size(ofValue: credentials))
    guard getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &credentials, &length) == 0, length == 12,
      credentials.0 != 0
    else { return nil }
    (process, user, group) = credentials
    supplementaryGroups = Self.groups(of: descriptor)
  }

  /// Whether it is of a group, by any of its groups.
  public func isMember(of group: UInt32) -> Bool {
    self.group == group || supplementaryGroups.contains(group)
  }

  /// The name of its user; a number where it has none.
  public var userName: String {
    getpwuid(user).map { String(cString: $0.pointee.pw_name) } ?? "user \(user)"
  }

  /// `uid=1000 gid=1000 pid=4711`
  public var description: String { "uid=\(user) gid=\(group) pid=\(process)" }

  private static func groups(of descriptor: CInt) -> [UInt32] {
    // <asm-generic/socket.h>; the C library's headers leave it out.
    let SO_PEERGROUPS: CInt = 59
    var groups = [gid_t](repeating: 0, count: 256)
    while true {
      var length = socklen_t(groups.count * MemoryLayout<gid_t>.stride)
      if getsockopt(descriptor, SOL_SOCKET, SO_PEERGROUPS, &groups, &length) == 0 {
        return Array(groups.prefix(Int(length) / MemoryLayout<gid_t>.stride))
      }
      // The kernel tells the size it wants.
      let wanted = Int(length) / MemoryLayout<gid_t>.stride
      guard errno == ERANGE, wanted > groups.count else { return [] }
      groups = [gid_t](repeating: 0, count: wanted)
    }
  }
}
