internal import Crypto

/// SHA-256 in hexadecimal digits.
enum ContentHash {
  static func of(_ text: String) -> String {
    hex(SHA256.hash(data: Array(text.utf8)))
  }

  /// A hash that does not depend on the order of the parts.
  static func ofParts(_ parts: some Sequence<String>) -> String {
    var hash = SHA256()
    for part in parts.map(of).sorted() { hash.update(data: Array(part.utf8)) }
    return hex(hash.finalize())
  }

  private static func hex(_ digest: SHA256.Digest) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }
}
