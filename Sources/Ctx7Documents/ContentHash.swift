internal import Crypto

/// SHA-256 in hexadecimal digits.
enum ContentHash {
  static func of(_ text: some StringProtocol) -> String {
    var hash = SHA256()
    hash.update(text)
    return hash.digits
  }
}

/// A hash of many parts that does not depend on their order.
struct PartsHash {
  private var parts: [String] = []

  mutating func add(_ part: String) { parts.append(ContentHash.of(part)) }

  var value: String {
    var hash = SHA256()
    for part in parts.sorted() { hash.update(part) }
    return hash.digits
  }
}

extension SHA256 {
  /// Without a copy of the text, which may be large.
  fileprivate mutating func update(_ text: some StringProtocol) {
    let isDone: Void? = text.utf8.withContiguousStorageIfAvailable {
      update(bufferPointer: UnsafeRawBufferPointer($0))
    }
    if isDone == nil { update(data: Array(text.utf8)) }
  }

  fileprivate var digits: String {
    let digits = Array("0123456789abcdef".utf8)
    return String(
      decoding: finalize().flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }
}
