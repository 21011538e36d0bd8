/// The distinct words of a text, in lower case: runs of letters and digits, so that "old" is not in "folder".
struct Words {
  private let words: Set<String>

  init(_ text: some StringProtocol) {
    var words: Set<String> = []
    var word: [UInt8] = []
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "A")...UInt8(ascii: "Z"): word.append(byte | 0x20)
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), 0x80...:
        word.append(byte)
      default:
        if !word.isEmpty { words.insert(String(decoding: word, as: UTF8.self)) }
        word.removeAll(keepingCapacity: true)
      }
    }
    if !word.isEmpty { words.insert(String(decoding: word, as: UTF8.self)) }
    self.words = words
  }

  func contains(_ word: String) -> Bool { words.contains(word) }

  func containsAny(_ candidates: String...) -> Bool { candidates.contains(where: words.contains) }

  func intersection(_ others: Set<String>) -> Set<String> { words.intersection(others) }
}

extension String {
  /// The number of runs between white space.
  var wordCount: Int {
    var count = 0
    var isInWord = false
    for scalar in unicodeScalars {
      let isSpace =
        scalar.isASCII
        ? scalar == " " || (0x09...0x0D).contains(scalar.value) : scalar.properties.isWhitespace
      if !isSpace, !isInWord { count += 1 }
      isInWord = !isSpace
    }
    return count
  }
}
