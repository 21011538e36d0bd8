internal import Crypto

/// The ids of a document's chunks in Weaviate: the same content always has the same ids, other content others.
///
/// They are the UUIDs that Weaviate's own clients make of a name (RFC 9562, section 5.5, in the namespace of DNS),
/// so that a batch that is sent twice replaces itself.
enum ChunkID {
  /// The ids of all chunks of a document's content, in order.
  static func ids(of document: String, hash: String, count: Int) -> [String] {
    (0..<max(count, 0)).map { uuid(name: "\(document)_\(hash)_\($0)") }
  }

  static func uuid(name: String) -> String {
    var hash = Insecure.SHA1()
    hash.update(data: dns)
    hash.update(data: Array(name.utf8))
    var bytes = Array(hash.finalize().prefix(16))
    bytes[6] = bytes[6] & 0x0F | 0x50
    bytes[8] = bytes[8] & 0x3F | 0x80
    let digits = bytes.map { byte in
      let text = String(byte, radix: 16)
      return text.count == 1 ? "0" + text : text
    }
    return [digits[0..<4], digits[4..<6], digits[6..<8], digits[8..<10], digits[10..<16]]
      .map { $0.joined() }.joined(separator: "-")
  }

  /// RFC 9562, section 6.6.
  private static let dns: [UInt8] = [
    0x6b, 0xa7, 0xb8, 0x10, 0x9d, 0xad, 0x11, 0xd1, 0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8,
  ]
}
